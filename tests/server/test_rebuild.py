"""Generations, crashes and what the sweeper puts right."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from findalike.catalog import Catalog
from findalike.catalog.database import now
from findalike.catalog.schema import jobs
from findalike.errors import Unavailable
from findalike.pipelines.house import House
from findalike.pipelines.rebuild import next_generation
from findalike.server.state import State
from server_api import Api, Start, drawn, picture
from support import eventually


def state(api: Api) -> State:
    found: State = api.http.app.state.findalike  # type: ignore[attr-defined]
    return found


def test_a_rebuild_with_another_model_while_the_old_one_answers(any_api: Api) -> None:
    address = any_api.collection("image-search")
    any_api.add(address, {f"{n}.png": drawn(n) for n in range(6)} | {"blue.png": picture("blue")})
    page = any_api.search(address, text="blue", limit=2)
    job = any_api.http.post(f"{address}/rebuild", json={"models": {"visual": "tiny-image"}})
    assert job.status_code == 202
    assert any_api.names(address, text="blue")[0] == "blue.png"
    ended = any_api.finished(job.json())
    assert (ended["state"], ended["done"]) == ("succeeded", 7)
    described = any_api.http.get(address).json()
    assert (described["generation"], described["rebuilding"]) == (2, False)
    assert described["vectors"]["visual"]["model"] == "tiny-image"
    assert any_api.names(address, text="blue")[0] == "blue.png"
    stale = any_api.http.post(f"{address}/search", json={"text": "blue", "limit": 2, "cursor": page["next_cursor"]})
    assert stale.status_code == 409
    tables = state(any_api).house.vectors.tables()
    assert not [table for table in tables if "_g1_" in table]


def test_a_decoder_that_is_away_for_a_while_costs_a_rebuild_no_item(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    address = api.collection("image-search")
    api.add(address, {f"{n}.png": drawn(n) for n in range(5)})
    monkeypatch.setattr("findalike.jobs.worker._PATIENCE", (0.01,))
    left = [1] * 4
    decoded = House.decoded

    def flaky(self: House, *arguments: Any) -> Any:
        if left:
            left.pop()
            raise Unavailable("The decoder processes could not be started.", retry_after=5)
        return decoded(self, *arguments)

    monkeypatch.setattr(House, "decoded", flaky)
    job = api.finished(api.http.post(f"{address}/rebuild").json())
    assert left == []
    assert (job["state"], job["done"], job["failed"], job["detail"]) == ("succeeded", 5, 0, None)
    assert api.http.get(address).json()["generation"] == 2
    assert len(api.search(address, text="red")["hits"]) == 5


def test_new_fields_can_be_searched_after_their_rebuild(any_api: Api) -> None:
    address = any_api.collection("vector-search", dimension=2)
    any_api.records(address, [{"id": f"{n}", "vector": [1, n], "metadata": {"n": n}} for n in range(4)])
    assert any_api.http.post(f"{address}/search", json={"vector": [1, 1], "filter": "n > 1"}).status_code == 422
    misfit = any_api.http.patch(address, json={"fields": {"n": "boolean"}})
    assert misfit.status_code == 422
    patched = any_api.http.patch(address, json={"fields": {"n": "integer"}, "description": "numbered"})
    assert (patched.status_code, patched.json()["description"]) == (200, "numbered")
    eventually(lambda: not any_api.http.get(address).json()["rebuilding"])
    assert len(any_api.search(address, vector=[1, 1], filter="n > 1")["hits"]) == 2


def test_dropping_in_the_middle_of_an_ingestion(any_api: Api) -> None:
    address = any_api.collection("image-search")
    files = [("file", (f"{n}.png", drawn(n))) for n in range(60)]
    job = any_api.http.post(f"{address}/items", files=files).json()
    assert any_api.http.delete(address).status_code == 204
    assert any_api.finished(job)["state"] == "cancelled"
    assert any_api.http.get(address).status_code == 404
    any_api.collection("image-search")
    assert any_api.http.get(address).json()["items"] == 0
    eventually(lambda: not [t for t in state(any_api).house.vectors.tables() if "c1_" in t])


def test_what_milvus_lost_is_made_again_and_what_it_has_too_much_is_deleted(start: Start, lite_uri: str) -> None:
    with_loss = start(lite_uri)
    address = with_loss.collection("vector-search", dimension=2)
    with_loss.records(address, [{"id": f"{n}", "vector": [1, n]} for n in range(10)])
    house = state(with_loss).house
    collection = house.catalog.collections.get("vector-search", "things")
    table = collection.table(collection.generation, "embedding")
    ids = house.catalog.items.segment_ids(collection.id)
    house.vectors.delete(table, ids[:3])
    state(with_loss).sweeper.at_start()
    eventually(lambda: house.vectors.count(table) == 10)
    house.vectors.drop(table)
    state(with_loss).sweeper.at_start()
    eventually(lambda: len(with_loss.search(address, vector=[1, 1], limit=50)["hits"]) == 10)


def test_unfinished_work_goes_on_after_a_restart(start: Start, lite_uri: str) -> None:
    """The worker stops before it has begun (as after a kill); the next server finishes the job."""
    first = start(lite_uri)
    address = first.collection("image-search")
    state(first).worker.stop()
    job = first.http.post(f"{address}/items", files={"file": ("a.png", drawn(1))}).json()
    second = start(lite_uri)
    ended = second.finished(job)
    assert (ended["state"], ended["done"]) == ("succeeded", 1)
    assert second.names(address, text="red") == ["a.png"]


def test_originals_are_collected_when_nobody_needs_them(start: Start, lite_uri: str) -> None:
    api = start(lite_uri, media_grace=0)
    address = api.collection("image-search")
    api.add(address, {"a.png": drawn(1), "b.png": drawn(2)})
    a, b = (hashlib.sha256(drawn(n)).hexdigest() for n in (1, 2))
    house = state(api).house
    assert house.media.exists(a)
    api.http.delete(f"{address}/items/{a}")
    state(api).sweeper.collect_media()
    assert not house.media.exists(a)
    assert house.media.exists(b)
    stored = api.http.post("/api/v1/media", files={"file": ("q.png", drawn(3))}).json()
    state(api).sweeper.collect_media()
    assert api.http.post(f"{address}/search", json={"media_id": stored["media_id"]}).status_code == 200


def test_the_originals_of_failures_go_with_their_job(start: Start, lite_uri: str) -> None:
    api = start(lite_uri, media_grace=0)
    address = api.collection("image-search")
    cut = drawn(1)[:60]
    job = api.add(address, {"cut.png": cut, "whole.png": drawn(2)})
    house = state(api).house
    kept, gone = (hashlib.sha256(data).hexdigest() for data in (drawn(2), cut))
    state(api).sweeper.regular()
    assert house.media.exists(gone)
    with house.catalog.database.write() as connection:
        connection.execute(update(jobs).values(finished_at=now() - timedelta(days=31)))
    state(api).sweeper.regular()
    assert api.http.get(job["links"]["self"]).status_code == 404
    assert not house.media.exists(gone)
    assert house.media.exists(kept)


def test_an_unreadable_catalog_version_says_what_to_do(tmp_path: Path) -> None:
    from findalike.catalog.schema import about
    from findalike.errors import FindalikeError

    url = f"sqlite:///{tmp_path / 'catalog.sqlite'}"
    catalog = Catalog(url)
    with catalog.database.write() as connection:
        connection.execute(update(about).where(about.c.key == "schema").values(value=99))
    catalog.close()
    with pytest.raises(FindalikeError, match="install the version that made it"):
        Catalog(url)


def item(address: str, data: bytes) -> str:
    return f"{address}/items/{hashlib.sha256(data).hexdigest()}"


def test_content_and_preview_are_served_harmlessly(api: Api) -> None:
    address = api.collection("image-search")
    gif, tiff = picture("red", format="GIF"), picture("red", format="TIFF")
    api.add(address, {"a.gif": gif, "<b>.tiff": tiff})
    shown = api.http.get(f"{item(address, gif)}/content")
    assert shown.content == gif
    assert shown.headers["content-disposition"].startswith("inline")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]
    part: Any = api.http.get(f"{item(address, gif)}/content", headers={"Range": "bytes=0-5"})
    assert (part.status_code, part.content) == (206, gif[:6])
    kept = api.http.get(f"{item(address, tiff)}/content")
    assert kept.headers["content-disposition"].startswith("attachment")
    preview = api.http.get(f"{item(address, gif)}/preview", params={"size": 128})
    assert (preview.status_code, preview.headers["content-type"]) == (200, "image/webp")
    assert "immutable" in preview.headers["cache-control"]
    assert api.http.get(f"{item(address, gif)}/preview", params={"size": 77}).status_code == 422


def test_what_a_dead_server_left_half_done_is_given_up(start: Start, lite_uri: str) -> None:
    """A generation without a job, and files that no row names: both are gone after the next start."""
    api = start(lite_uri, media_grace=0)
    address = api.collection("vector-search", dimension=2)
    house = state(api).house
    collection = house.catalog.collections.get("vector-search", "things")
    generation = next_generation(collection, dict(collection.generation.vectors), {"n": "integer"})
    house.create_tables(house.catalog.collections.start_building(collection.id, generation), generation)
    with house.media.writer() as writer:
        writer.write(b"never acknowledged")
        stray = writer.finish().sha256
    assert api.http.post(f"{address}/rebuild").status_code == 409
    state(api).sweeper.at_start()
    assert not house.media.exists(stray)
    described = api.http.get(address).json()
    assert (described["rebuilding"], described["fields"]) == (False, {})
    assert api.finished(api.http.post(f"{address}/rebuild").json())["state"] == "succeeded"


def test_tidying_up_leaves_no_task_behind(api: Api) -> None:
    before = len(state(api)._tasks)
    for number in range(3):
        api.http.delete(api.collection("vector-search", f"c{number}", dimension=2))
    eventually(lambda: len(state(api)._tasks) == before)


def test_a_table_may_be_the_body_itself(api: Api) -> None:
    address = api.collection("vector-search", dimension=2)
    body = {"content": b'id,vector\na,"[1, 2]"\n', "headers": {"Content-Type": "text/csv"}}
    assert api.finished(api.http.post(f"{address}/items", **body).json())["done"] == 1  # type: ignore[arg-type]
