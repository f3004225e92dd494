from __future__ import annotations

from pathlib import Path

import pytest

from findalike.settings import Settings


def test_settings_are_handed_to_another_process_as_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "findalike.toml").write_text('search_depth = 50\nqueue_limit = 7\n[models.mine]\nfamily = "tiny"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FINDALIKE_QUEUE_LIMIT", "8")
    settings = Settings(
        data_dir=tmp_path / "data",
        allowed_hosts=["a.example", "b.example"],
        fetch_urls=True,
        milvus_uri="http://milvus:19530",
        milvus_token="root:secret",
    )
    assert (settings.search_depth, settings.queue_limit) == (50, 8)
    # Elsewhere, so that nothing is found there which the variables leave out.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.delenv("FINDALIKE_QUEUE_LIMIT")
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings


def test_what_is_not_set_is_not_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings(cache_dir=tmp_path).as_environment() == {"FINDALIKE_CACHE_DIR": str(tmp_path)}
