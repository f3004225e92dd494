"""Items with very many segments: stored part by part, gone on with after a stop, deleted when they are given up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from findalike.applications.audio_search import AudioSearch
from findalike.applications.registry import Applications
from findalike.decoders.pool import DecoderPool
from findalike.domain import Place, Segment, Source
from findalike.errors import UndecodableMedia
from findalike.jobs.worker import Stopping
from findalike.pipelines.ingest import Ingest
from server_api import Api, Start
from sounds import melody, wav
from support import eventually

SETTINGS: dict[str, Any] = {"models": {"alike": "tiny-audio", "same": "spectrum"}}
LONG = wav(melody(7, 60.0))
WINDOWS = 103


def shown(api: Api, address: str) -> list[tuple[float, float]]:
    """The places of the only item's segments."""
    (item,) = api.http.get(f"{address}/items").json()["items"]
    found = api.http.get(f"{address}/items/{item['id']}/segments", params={"limit": 1000}).json()["segments"]
    return [(one["place"]["start"], one["place"]["end"]) for one in found]


def job_of(api: Api, address: str, data: bytes) -> dict[str, Any]:
    answer = api.http.post(f"{address}/items", files=[("file", ("long.wav", data))])
    assert answer.status_code == 202, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_long_item_is_stored_part_by_part(any_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    address = any_api.collection("audio-search", **SETTINGS)
    details: list[str] = []
    store = Ingest._store

    def watched(self: Ingest, *arguments: Any) -> None:
        store(self, *arguments)
        details.append(self._house.catalog.jobs.get(arguments[0].id).detail or "")

    monkeypatch.setattr(Ingest, "_store", watched)
    monkeypatch.setattr("findalike.pipelines.ingest._FLUSH", 0.0)
    job = any_api.finished(job_of(any_api, address, LONG))
    assert (job["state"], job["done"], job["total"], job["detail"]) == ("succeeded", 1, 1, None)
    # 32 windows a part.
    assert details[:3] == ["long.wav: 0:19 of 1:00", "long.wav: 0:37 of 1:00", "long.wav: 0:56 of 1:00"]
    places = shown(any_api, address)
    assert len(places) == WINDOWS
    assert places == sorted(set(places))
    counts = any_api.http.get(address).json()
    assert (counts["items"], counts["indexed"], counts["segments"]) == (1, 1, WINDOWS)


@pytest.mark.parametrize("stops", [1, 2])
def test_after_a_stop_the_job_goes_on_where_it_was(
    start: Start, lite_uri: str, monkeypatch: pytest.MonkeyPatch, stops: int
) -> None:
    first = start(lite_uri)
    address = first.collection("audio-search", **SETTINGS)
    store, written = Ingest._store, [0]

    def stopped(self: Ingest, *arguments: Any) -> None:
        if written[0] == stops:
            raise Stopping
        written[0] += 1
        store(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr("findalike.pipelines.ingest._FLUSH", 0.0)
        patch.setattr(Ingest, "_store", stopped)
        job = job_of(first, address, LONG)
        eventually(lambda: written[0] == stops and first.http.get(job["links"]["self"]).json()["detail"])
        before = shown(first, address)
        first.http.__exit__(None, None, None)
    assert len(before) == stops * AudioSearch.part

    begun: list[Place | None] = []
    real = DecoderPool.submit

    def noted(self: DecoderPool, function: Any, *arguments: Any) -> Any:
        begun.append(arguments[2] if len(arguments) > 2 else None)
        return real(self, function, *arguments)

    monkeypatch.setattr(DecoderPool, "submit", noted)
    second = start(lite_uri)
    assert second.finished(job)["state"] == "succeeded"
    assert begun[0] == {"start": before[-1][0], "end": before[-1][1]}
    places = shown(second, address)
    assert (len(places), places[: len(before)]) == (WINDOWS, before)
    assert places == sorted(set(places))


def test_cancelling_leaves_nothing_of_a_long_item(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    address = api.collection("audio-search", **SETTINGS)
    store = Ingest._store

    def cancelling(self: Ingest, *arguments: Any) -> None:
        store(self, *arguments)
        self._house.catalog.jobs.cancel(arguments[0].id)

    monkeypatch.setattr("findalike.pipelines.ingest._FLUSH", 0.0)
    monkeypatch.setattr(Ingest, "_store", cancelling)
    job = api.finished(job_of(api, address, LONG))
    assert (job["state"], job["done"]) == ("cancelled", 0)
    counts = api.http.get(address).json()
    assert (counts["items"], counts["segments"]) == (0, 0)
    monkeypatch.undo()
    assert api.http.post(job["links"]["self"] + "/retry").status_code == 202
    assert api.finished(job)["state"] == "succeeded"
    assert len(shown(api, address)) == WINDOWS


class Broken(AudioSearch):
    """Audio search whose files are damaged after the first part of them."""

    def segments_after(self, source: Source, place: Place | None) -> Iterator[Segment]:
        if place is not None:
            raise UndecodableMedia("It is damaged.")
        yield from super().segments_after(source, None)


def test_of_what_fails_half_way_nothing_stays(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    address = api.collection("audio-search", **SETTINGS)
    monkeypatch.setattr("findalike.pipelines.ingest._FLUSH", 0.0)
    monkeypatch.setattr(Applications, "get", lambda self, name: Broken())
    job = api.finished(job_of(api, address, LONG))
    assert (job["state"], job["failed"]) == ("succeeded", 1)
    assert api.failures(job) == {"long.wav": "It is damaged."}
    assert api.http.get(address).json()["segments"] == 0


def test_a_rebuild_makes_all_parts_again(any_api: Api) -> None:
    address = any_api.collection("audio-search", **SETTINGS)
    any_api.add(address, {"long.wav": LONG, "short.wav": wav(melody(8, 2.0))})
    before = any_api.http.get(address).json()["segments"]
    job = any_api.finished(any_api.http.post(f"{address}/rebuild").json())
    assert (job["state"], job["done"], job["failed"]) == ("succeeded", 2, 0)
    counts = any_api.http.get(address).json()
    assert (counts["generation"], counts["segments"], counts["indexed"]) == (2, before, 2)
    part = {"start": 50.0, "end": 51.0}
    (item,) = [one for one in any_api.http.get(f"{address}/items").json()["items"] if one["name"] == "long.wav"]
    best = any_api.search(address, item_id=item["id"], part=part, find="same")["hits"][0]
    assert best["item"]["name"] == "long.wav"
    assert abs(best["segment"]["place"]["start"] - 50.0) < 0.6
