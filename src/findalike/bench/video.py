"""Video search: how fast videos go in and in how much memory, which shots are found, and whether cuts are."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from findalike.applications.video_search import VideoSearch
from findalike.bench.harness import Chart, Result, Run, fresh_server, serve
from findalike.bench.made_videos import FPS, Made, frames_of, loop, make, shots_of, write_clip
from findalike.bench.memory import watched
from findalike.client import Client
from findalike.decoders.image import open_image
from findalike.decoders.pool import DecoderPool
from findalike.decoders.video import frames, moments
from findalike.domain import Generation, Source, VectorSetting
from findalike.encoders.registry import Encoders
from findalike.models.cache import ModelCache
from findalike.models.datasets import DataCache, DataCards
from findalike.models.registry import Registry
from findalike.models.samples import SAMPLES
from findalike.pipelines.decode import decode_parts
from findalike.pipelines.embed import Embedder
from findalike.pipelines.flow import overlap
from findalike.pipelines.house import PRELOAD
from findalike.ports import free_port
from findalike.settings import Settings

_TWINS = {"motorcycle_right.png", "obama_partial_face.jpg", "obama_partial_face2.jpg"}
"""Pictures that show what another one shows: parts of both would be equal shots."""
_TEXTURES = {"brick.png", "grass.png", "gravel.png", "hubble_deep_field.jpg"}
_SCENES = {"bigbuckbunny.mp4": (0.0,), "bikes.mp4": (0.5, 1.5, 5.0, 7.0, 8.5), "carphone_pristine.mp4": (0.0,)}
_EACH = 18
_NEAR = 0.13
_CLIP = 2 * FPS


def run(shots: int, tries: int, minutes: float, tell: Run) -> Result:
    """All of it; `minutes` of 720p go through a server whose memory is watched (0: not at all)."""
    settings = Settings()
    result = tell.begin("video", {"shots": shots, "tries": tries, "minutes": minutes})
    with TemporaryDirectory(prefix="findalike-bench-") as name:
        folder = Path(name)
        tell("making videos")
        pictures = _pictures(settings, folder)
        made = _videos(folder, shots, pictures)
        tell("stages")
        _stages(result, settings, made)
        _cuts(result, made)
        _found(result, folder, made, list(pictures.values()), tries, tell)
        if minutes:
            _long(result, settings, folder, minutes, tell)
    return result


def _pictures(settings: Settings, folder: Path) -> dict[str, Image.Image]:
    """Different pictures by their names: photographs, portraits, and frames of the sample's videos."""
    cards, found = DataCards(SAMPLES), dict[str, Image.Image]()
    for card in ("pictures", "portraits", "videos"):
        for name, data, _ in DataCache(settings.cache_dir).members(cards.get(card)):
            path = folder / name
            path.write_bytes(data)
            if card != "videos":
                found[name] = open_image(path, at_least=600)
            elif name in _SCENES:
                found |= {f"{name} {at:g}": next(frames(path, at, 0.5))[1] for at in _SCENES[name]}
    return {name: one for name, one in found.items() if name not in _TWINS}


def _videos(folder: Path, count: int, pictures: dict[str, Image.Image]) -> list[Made]:
    textures = {number for number, name in enumerate(pictures) if name in _TEXTURES}
    shots = shots_of(list(pictures.values()), count, seed=1, textures=textures)
    made = []
    for first in range(0, len(shots), _EACH):
        some = shots[first : first + _EACH]
        fades = {number for number in range(1, len(some)) if number % 5 == 0}
        made.append(make(folder / f"made{first:04}.mp4", some, list(pictures.values()), fades))
    return made


def _stages(result: Result, settings: Settings, made: list[Made]) -> None:
    """Decoding (with finding shots) alone, encoding alone, and both overlapping, one thread each."""
    models = Registry(settings.models)
    encoders = Encoders(models, ModelCache(settings.cache_dir), 1)
    embedder = Embedder(models, encoders, settings.encode_batch)
    vectors = {
        name: VectorSetting(spec.model, models.get(spec.model).dimension, spec.metric)
        for name, spec in VideoSearch.vectors.items()
        if spec.model
    }
    generations = [Generation(1, vectors, {})]
    recipe = embedder.recipe(VideoSearch(), generations)
    for setting in vectors.values():
        encoders.warm(setting.model or "")
    some = made[:8]
    length = sum(shot.frames for one in some for shot in one.shots) / FPS
    with DecoderPool(1, settings.decoder_timeout, settings.decoder_memory, preload=PRELOAD) as pool:

        def parts() -> Iterator[object]:
            for one in some:
                source = Source(one.path.name, str(one.path), "video/mp4")
                yield from pool.stream(decode_parts, recipe, source, size=one.path.stat().st_size, check=lambda: None)

        began = time.perf_counter()
        decoded = list(parts())
        decode = time.perf_counter() - began
        began = time.perf_counter()
        for part in decoded:
            embedder.embed(generations, part.segments, lambda: None)  # type: ignore[attr-defined]
        encode = time.perf_counter() - began
        began = time.perf_counter()
        for part in overlap(parts()):
            embedder.embed(generations, part.segments, lambda: None)  # type: ignore[attr-defined]
        both = time.perf_counter() - began
    result.add("decode and find moments", "s of video/s", length / decode)
    result.add("encode", "s of video/s", length / encode)
    result.add("both, overlapping", "s of video/s", length / both)
    result.add("both / the slower alone", "", both / max(decode, encode), "≤ 1.2")


def _cuts(result: Result, made: list[Made]) -> None:
    right = found = wanted = faded = fades = 0
    for one in made:
        all_moments = list(moments(one.path))
        cuts = [moment.end for moment in all_moments[:-1] if moment.cut]
        begins = [moment.start for moment in all_moments]
        true = [start for number, start in enumerate(one.starts) if number and number not in one.fades]
        right += sum(any(abs(cut - start) <= _NEAR for cut in cuts) for start in true)
        found, wanted = found + len(cuts), wanted + len(true)
        fades += len(one.fades)
        faded += sum(
            any(one.starts[number] - _NEAR <= begin <= one.starts[number] + 1.2 for begin in begins)
            for number in one.fades
        )
    precision, recall = right / max(1, found), right / max(1, wanted)
    result.add(f"cuts: precision ({found} found)", "", precision)
    result.add(f"cuts: recall (of {wanted})", "", recall)
    result.add("cuts: F1", "", 2 * precision * recall / max(1e-9, precision + recall))
    result.add(f"fades after which a moment begins (of {fades})", "", faded / max(1, fades))


def _found(
    result: Result,
    folder: Path,
    made: list[Made],
    pictures: list[Image.Image],
    tries: int,
    tell: Callable[[str], None],
) -> None:
    random = np.random.default_rng(2)
    with fresh_server() as (url, _), Client(url, timeout=120) as client:
        tell("taking videos in")
        client.create_collection("video-search", "made")
        began = time.perf_counter()
        job = client.wait(client.add_files("video-search", "made", [one.path for one in made]).id)
        length = sum(shot.frames for one in made for shot in one.shots) / FPS
        result.add("end to end, by HTTP", "s of video/s", length / (time.perf_counter() - began))
        about = client.get_collection("video-search", "made")
        shots = sum(len(one.shots) for one in made)
        result.notes.append(f"{job.done} videos, {shots} shots, {about.segments} moments, {length:.0f} s.")
        for what, goal, write in _QUERIES:
            tell(what)
            hits = 0
            for _ in range(tries):
                one = made[int(random.integers(len(made)))]
                number = int(random.integers(len(one.shots)))
                media_id = client.add_media(write(folder, one, number, pictures, random)).media_id
                best = client.search("video-search", "made", media_id=media_id, limit=1).hits[0]
                middle = (float(best.segment.place["start"]) + float(best.segment.place["end"])) / 2  # type: ignore[arg-type]
                hits += best.item.name == one.path.name and one.shot_at(middle) == number
            result.add(f"{what}, finds its shot first", "", hits / tries, goal)


def _frame(folder: Path, one: Made, number: int, pictures: list[Image.Image], random: np.random.Generator) -> Path:
    seen = list(frames_of(one.shots[number], pictures))
    place = int(random.integers(18 if number in one.fades else 2, len(seen) - 2))
    query = folder / "query.jpg"
    query.write_bytes(_compressed(Image.fromarray(seen[place])))
    return query


def _clip(
    folder: Path,
    one: Made,
    number: int,
    pictures: list[Image.Image],
    random: np.random.Generator,
    *,
    scale: float = 1.0,
    crf: int = 23,
) -> Path:
    seen = list(frames_of(one.shots[number], pictures))
    place = int(random.integers(0, len(seen) - _CLIP + 1))
    query = folder / "query.mp4"
    write_clip(query, seen[place : place + _CLIP], scale=scale, crf=crf)
    return query


_QUERIES = (
    ("a frame, JPEG 40, 60 % of the size", "≥ 0.95", _frame),
    ("a clip of 2 s, compressed again", "≥ 0.98", _clip),
    ("a clip of 2 s, 75 % of the size, much compressed (crf 32)", "", partial(_clip, scale=0.75, crf=32)),
)


def _compressed(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.resize((image.width * 6 // 10, image.height * 6 // 10)).save(buffer, "JPEG", quality=40)
    return buffer.getvalue()


def _long(result: Result, settings: Settings, folder: Path, minutes: float, tell: Callable[[str], None]) -> None:
    tell("a long video")
    members = DataCache(settings.cache_dir).members(DataCards(SAMPLES).get("videos"))
    short, long = folder / "short.mp4", folder / "long.mp4"
    short.write_bytes(next(data for name, data, _ in members if name == "bigbuckbunny.mp4"))
    loop(short, long, minutes * 60)
    process = serve(folder, port := free_port())
    try:
        with Client(f"http://127.0.0.1:{port}", timeout=120) as client, watched(process.pid) as curves:
            client.create_collection("video-search", "long")
            began = time.perf_counter()
            job = client.wait(client.add_files("video-search", "long", [long]).id)
            result.add(f"{minutes:g} minutes of 720p", "s of video/s", minutes * 60 / (time.perf_counter() - began))
            assert job.done == 1, job
    finally:
        process.terminate()
        process.wait()
    for kind, curve in curves.items():
        goal = "≤ 1024" if kind == "all" else ""
        result.add(f"most memory: {kind}", "MiB", max(value for _, value in curve), goal)
    result.charts.append(Chart(f"Memory while {minutes:g} minutes of 720p go in", "s", "MiB", curves))
