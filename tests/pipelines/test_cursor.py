import pytest

from findalike.errors import Conflict, InvalidInput
from findalike.pipelines.cursor import Cursors

cursors = Cursors(b"s" * 32)
mark = cursors.fingerprint("query")


def test_what_is_written_is_read() -> None:
    assert cursors.read(cursors.write(mark, 3, ["x", 7]), mark, 3) == ["x", 7]


@pytest.mark.parametrize("cursor", ["", "x", "é", "AAAA", "A" * 200])
def test_what_we_did_not_write_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput, match="not one of ours"):
        cursors.read(cursor, mark, 1)


def test_a_changed_or_foreign_cursor_is_refused() -> None:
    written = cursors.write(mark, 1, 10)
    forged = Cursors(b"t" * 32).write(mark, 1, 10)
    with pytest.raises(InvalidInput, match="not one of ours"):
        cursors.read(forged, mark, 1)
    with pytest.raises(InvalidInput, match="another query"):
        cursors.read(written, cursors.fingerprint("other"), 1)
    with pytest.raises(Conflict, match="rebuilt"):
        cursors.read(written, mark, 2)
