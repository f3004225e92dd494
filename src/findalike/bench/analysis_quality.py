"""Video analysis: whether two faces or things are told apart at the thresholds, and whether time lines are right."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from findalike.applications.analysis_cast import FACES, THINGS
from findalike.applications.video_analysis import VideoAnalysis
from findalike.bench.harness import Result, fresh_server
from findalike.bench.quality import EDITS
from findalike.client import Client
from findalike.decoders.tracks import STEP, detected
from findalike.encoders.detectors import open_detector
from findalike.encoders.faces import upright
from findalike.encoders.prepare import prepare
from findalike.encoders.registry import Encoders
from findalike.models.cache import ModelCache
from findalike.models.datasets import DataCache, DataCards
from findalike.models.registry import Registry
from findalike.models.samples import SAMPLES
from findalike.settings import Settings

Vectors = NDArray[np.float32]

_APP = "video-analysis"
_SHOTS = 40
_FPS = 25
_SIZE = (640, 360)
_SHOWN = {
    "obama2.jpg": "Barack Obama",
    "obama3.jpg": "Barack Obama",
    "biden.jpg": None,
    "astronaut.png": None,
    "chelsea.png": "cat",
    "coffee.png": "cup",
    "motorcycle_right.png": "the red motorcycle",
}
"""Pictures of the sample, and the lane of each; None: that of the unknown person in it."""
_FACE_EDITS = {name: EDITS[name] for name in ("half the size", "JPEG quality 30", "flipped", "rotated 10°", "grey")} | {
    "darker": lambda one: ImageEnhance.Brightness(one).enhance(0.6),
}
_THING_EDITS = ("half the size", "JPEG quality 30", "centre crop 80 %", "flipped", "rotated 10°", "brighter")


def run(tell: Callable[[str], None]) -> Result:
    """Verification of faces on labelled portraits, of things on photographs, each also edited; then a video of 40 shots
    of the sample's pictures in a random order, by HTTP."""
    settings = Settings()
    result = Result("analysis-quality", {"faces": FACES, "things": THINGS, "shots": _SHOTS})
    encoders = Encoders(Registry(settings.models), ModelCache(settings.cache_dir), settings.encoder_threads)
    data, cards = DataCache(settings.cache_dir), DataCards(SAMPLES)
    tell("faces")
    _faces(result, encoders, list(data.members(cards.get("portraits"))))
    tell("things")
    _things(result, encoders, [_opened(one) for _, one, _ in data.members(cards.get("pictures"))])
    tell("time line")
    with fresh_server() as (url, _), Client(url) as client, TemporaryDirectory(prefix="findalike-bench-") as folder:
        job = client.wait(client.load_sample(_APP).id)
        result.notes.append(f"The sample: {job.done} items.")
        pictures = {
            name.split("/")[-1]: _opened(one) for name, one, _ in data.members(cards.get("people-and-things"))
            if name.endswith((".jpg", ".png"))
        }  # fmt: skip
        _timeline(result, client, Path(folder), pictures)
    return result


def _opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def _faces(result: Result, encoders: Encoders, members: Sequence[tuple[str, bytes, Mapping[str, object]]]) -> None:
    detectors = {role: open_detector(file) for role, file in encoders.detectors(VideoAnalysis.detectors).items()}
    encoder = encoders.get("dlib-face")

    def vectors(picture: Image.Image) -> list[NDArray[np.float32]]:
        found = [one for kind, one in detected(picture, detectors) if kind == "face"]
        largest = sorted(found, key=lambda one: -one.box[2] * one.box[3])[:1]
        return [encoder.encode("face", [prepare(encoder.card, "face", upright(picture, one))])[0] for one in largest]

    pictures = [(str(meta["label"]), _opened(data)) for _, data, meta in members]
    for what, edits in (("", {}), (", and edited", _FACE_EDITS)):
        every = [(label, number, picture) for number, (label, picture) in enumerate(pictures)]
        every += [(label, number, edit(one)) for label, number, one in every for edit in edits.values()]
        faces = [(label, number, found) for label, number, one in every for found in vectors(one)]
        result.add(f"faces found{what}", "", len(faces) / len(every))
        pairs = [
            (one[0] == other[0], float(np.linalg.norm(one[2] - other[2])))
            for one, other in combinations(faces, 2)
            # An edit of the very same picture is no second picture of a person.
            if one[1] != other[1]
        ]
        _verification(result, f"faces{what}", pairs, FACES)
        result.notes.append(f"faces{what}: {len(every)} pictures of {len({one[0] for one in every})} people.")


def _things(result: Result, encoders: Encoders, pictures: Sequence[Image.Image]) -> None:
    encoder = encoders.get("efficientnet-lite0")

    def vectors(some: Sequence[Image.Image]) -> Vectors:
        return encoder.encode("image", [prepare(encoder.card, "image", one) for one in some])

    examples = vectors(pictures)
    pairs: list[tuple[bool, float]] = []
    for name in _THING_EDITS:
        near = examples @ vectors([EDITS[name](one) for one in pictures]).T
        pairs += [(a == b, 1 - float(near[a, b])) for a in range(len(pictures)) for b in range(len(pictures))]
    _verification(result, "things", pairs, 1 - THINGS)
    result.notes.append(f"things: {len(pictures)} pictures, each in {len(_THING_EDITS)} edits.")


def _verification(result: Result, what: str, pairs: Sequence[tuple[bool, float]], limit: float) -> None:
    """How often pairs of the same and of others are told, at a largest distance; and where all would be."""
    same = np.array([away for alike, away in pairs if alike])
    others = np.array([away for alike, away in pairs if not alike])
    right, wrong = float((same <= limit).mean()), float((others <= limit).mean())
    result.add(f"{what}: accuracy, both kinds of pairs weighed alike", "", (right + 1 - wrong) / 2)
    result.add(f"{what}: the same, taken for the same", "", right)
    result.add(f"{what}: others, taken for the same", "", wrong)
    result.notes.append(
        f"{what}: {len(same)} pairs of the same, {same.min():.2f} to {same.max():.2f} apart (95 % below "
        f"{np.quantile(same, 0.95):.2f}); {len(others)} of others, {others.min():.2f} to {others.max():.2f} "
        f"(99 % above {np.quantile(others, 0.01):.2f}); the limit is {limit:.2f}."
    )


def _timeline(result: Result, client: Client, folder: Path, pictures: Mapping[str, Image.Image]) -> None:
    random = np.random.default_rng(1)
    order: list[str] = []
    while len(order) < _SHOTS:
        name = str(random.choice(list(_SHOWN)))
        if not order or _SHOWN[order[-1]] != _SHOWN[name] or (_SHOWN[name] is None and order[-1] != name):
            order.append(name)
    lengths = random.integers(30, 75, _SHOTS)
    path = folder / "made.mp4"
    _write(path, (frame for name, many in zip(order, lengths, strict=True) for frame in _shot(pictures[name], many)))
    job = client.wait(client.add_files(_APP, "sample", [path]).id)
    ids = {item.name.split("/")[-1]: item.id for item in client.items(_APP, "sample")}
    seconds = float((job.finished_at - job.started_at).total_seconds()) if job.finished_at and job.started_at else 0.0
    result.add("seconds of video analysed a second", "", float(lengths.sum()) / _FPS / seconds)
    lanes = {lane["name"]: lane for lane in client.view(_APP, "sample", ids["made.mp4"], "timeline")["lanes"]}
    wanted = {name: lane or _unknown(client, ids[name]) for name, lane in _SHOWN.items()}
    ends = np.cumsum(lengths) / _FPS
    good = 0
    for number, name in enumerate(order):
        start, end = (ends[number - 1] if number else 0.0), ends[number]
        spans = [(one["start"], one["end"]) for one in lanes.get(wanted[name], {"appearances": []})["appearances"]]
        good += any(abs(a - start) <= STEP + 0.02 and abs(b - end) <= STEP + 0.02 for a, b in spans)
    result.add("shots whose lane begins and ends right, to one frame that is looked at", "", good / _SHOTS)
    named = [one for lane in lanes.values() if lane["kind"] == "person" for one in lane["appearances"]]
    people = {wanted[name] for name in _SHOWN if name.endswith(".jpg") or name == "astronaut.png"}
    strangers = [lane["name"] for lane in lanes.values() if lane["kind"] == "person" and lane["name"] not in people]
    result.notes.append(
        f"{_SHOTS} shots of 1.2 to 3 s; {len(named)} appearances of people, of them in lanes of nobody who is there: "
        f"{sum(len(lanes[name]['appearances']) for name in strangers)}."
    )


def _unknown(client: Client, item: str) -> str:
    """What the person of a picture is called who has no name."""
    found = client.view(_APP, "sample", item, "timeline")["lanes"]
    return next((str(lane["name"]) for lane in found if lane["kind"] == "person"), "nobody")


def _shot(picture: Image.Image, frames: int) -> Iterator[NDArray[np.uint8]]:
    """A picture that comes slowly nearer, on grey."""
    for number in range(frames):
        frame = Image.new("RGB", _SIZE, (110, 110, 110))
        share = min(_SIZE[0] / picture.width, _SIZE[1] / picture.height) * (0.9 + 0.001 * number)
        small = picture.resize((int(picture.width * share), int(picture.height * share)))
        frame.paste(small, ((_SIZE[0] - small.width) // 2, (_SIZE[1] - small.height) // 2))
        yield np.asarray(frame)


def _write(path: Path, frames: Iterator[NDArray[np.uint8]]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=_FPS, options={"preset": "veryfast", "crf": "26"})
        stream.width, stream.height, stream.pix_fmt = *_SIZE, "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
        container.mux(stream.encode(None))
