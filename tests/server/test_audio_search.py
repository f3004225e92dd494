"""Audio search over HTTP: what is found, with its place, and how it is asked for."""

from __future__ import annotations

import io
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from server_api import Api
from sounds import melody, noise, silence, tone, wav

PITCHES = {"low": 150.0, "middle": 900.0, "high": 5000.0}


def ids(api: Api, address: str) -> dict[str, str]:
    return {one["name"]: one["id"] for one in api.http.get(f"{address}/items").json()["items"]}


def test_a_sound_finds_what_is_like_it(any_api: Api) -> None:
    address = any_api.collection("audio-search")
    files = {f"{name}.wav": wav(tone(pitch, 1.0)) for name, pitch in PITCHES.items()}
    job = any_api.add(address, files)
    assert (job["state"], job["done"]) == ("succeeded", 3)
    # Another loudness, rate and length.
    asked = any_api.media("q.wav", wav(tone(905.0, 0.6, loudness=0.05), channels=2))
    assert any_api.names(address, media_id=asked)[0] == "middle.wav"
    found = ids(any_api, address)
    assert "low.wav" not in any_api.names(address, item_id=found["low.wav"])
    described = any_api.http.get(f"{address}/items/{found['low.wav']}").json()["metadata"]
    assert described["duration"] == pytest.approx(1.0, abs=0.01)
    assert (described["format"], described["channels"]) == ("pcm_s16le", 1)
    assert any_api.names(address, media_id=asked, filter="duration > 2") == []


def test_a_sound_inside_a_long_recording_is_found_with_its_place(api: Api) -> None:
    address = api.collection("audio-search")
    hidden = melody(5, 1.5)
    recording = wav(melody(1, 20.0), hidden, melody(2, 20.0))
    api.add(address, {"long.wav": recording} | {f"{n}.wav": wav(melody(10 + n, 6.0)) for n in range(4)})
    noisy = hidden + noise(3, 1.5, float(np.sqrt(3 * np.mean(hidden**2) / 10)))
    asked = api.media("noisy.wav", wav(noisy))
    best = api.search(address, media_id=asked, find="same")["hits"][0]
    assert best["item"]["name"] == "long.wav"
    assert 19.0 < best["segment"]["place"]["start"] < 21.6
    places = [
        (hit["item"]["name"], hit["segment"]["place"]["start"])
        for hit in api.search(address, media_id=asked, find="same", group=False, limit=3)["hits"]
    ]
    assert len(set(places)) == 3
    assert places[0] == ("long.wav", best["segment"]["place"]["start"])


def test_a_part_of_an_item_or_of_a_file_is_asked_for(api: Api) -> None:
    address = api.collection("audio-search")
    mixed = wav(tone(150.0, 3.0), tone(5000.0, 3.0))
    api.add(address, {"mixed.wav": mixed} | {f"{name}.wav": wav(tone(pitch, 1.0)) for name, pitch in PITCHES.items()})
    item = ids(api, address)["mixed.wav"]
    for start, wanted in ((0.5, "low.wav"), (3.5, "high.wav")):
        part = {"start": start, "end": start + 2}
        others = [name for name in api.names(address, item_id=item, part=part) if name != "mixed.wav"]
        assert others[0] == wanted
        again = api.names(address, media_id=api.media("m.wav", mixed), part=part)
        assert next(name for name in again if name != "mixed.wav") == wanted


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 422),
        ({"media_id": "a", "item_id": "b"}, 422),
        ({"item_id": "0" * 64, "part": {"start": 2, "end": 1}}, 422),
        ({"item_id": "0" * 64}, 404),
        ({"media_id": "nothing"}, 404),
    ],
)
def test_what_cannot_be_asked(api: Api, query: dict[str, Any], status: int) -> None:
    address = api.collection("audio-search")
    assert api.http.post(f"{address}/search", json=query).status_code == status


def test_silence_and_other_files_are_refused_in_a_sentence(api: Api) -> None:
    address = api.collection("audio-search")
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32)).save(buffer, "PNG")
    job = api.add(
        address, {"silent.wav": wav(silence(2)), "picture.png": buffer.getvalue(), "good.wav": wav(tone(440, 1))}
    )
    assert (job["done"], job["failed"]) == (1, 2)
    reasons = api.failures(job)
    assert reasons["silent.wav"] == "There is nothing in it that could be searched."
    assert "Audio search does not take" in reasons["picture.png"]
    asked = api.http.post(f"{address}/search", json={"media_id": api.media("s.wav", wav(silence(2)))})
    assert asked.status_code == 422
    assert "nothing to hear" in asked.json()["detail"]


def test_what_browsers_cannot_play_is_made_playable_in_the_job(api: Api) -> None:
    address = api.collection("audio-search")
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="aiff") as made:
        stream = made.add_stream("pcm_s16be", rate=22050, layout="mono")
        frame = av.AudioFrame.from_ndarray((tone(440, 1.0) * 32767).astype(np.int16)[None], format="s16", layout="mono")
        frame.rate = 22050
        made.mux([*stream.encode(frame), *stream.encode(None)])
    api.add(address, {"a.aiff": buffer.getvalue(), "b.wav": wav(tone(440, 1.0))})
    found = ids(api, address)
    links = api.http.get(f"{address}/items/{found['a.aiff']}").json()["links"]
    played = api.http.get(links["play"])
    assert (played.headers["content-type"], played.headers["accept-ranges"]) == ("audio/mpeg", "bytes")
    part = api.http.get(links["play"], headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, played.content[100:200])
    assert api.http.get(links["content"]).content == buffer.getvalue()
    assert api.http.get(f"{address}/items/{found['b.wav']}/play").content == wav(tone(440, 1.0))
    shape = Image.open(io.BytesIO(api.http.get(f"{links['preview']}?size=512").content))
    assert shape.size == (512, 128)
