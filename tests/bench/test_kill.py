"""kill -9 at random moments of an ingestion; `findalike bench kill` does it twenty times."""

from pathlib import Path

import pytest

from findalike.bench.kill import run


@pytest.mark.slow(seconds=240)
def test_every_acknowledged_file_is_there_exactly_once(tmp_path: Path) -> None:
    told: list[str] = []
    moments = run(tmp_path, 5, seed=3, tell=told.append)
    assert sum(moments.values()) == 5
    assert len(told) == 5
