"""The segments of an analysed video: the same wherever a stopped job goes on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from findalike.applications.video_analysis import VideoAnalysis
from findalike.domain import Source
from findalike.encoders.detectors import TinyDetector
from videos import SIZE, Frame, video


def shot(seconds: float, *boxes: tuple[int, int, int, int]) -> list[Frame]:
    picture = Image.new("RGB", SIZE, (120, 120, 120))
    for box in boxes:
        ImageDraw.Draw(picture).rectangle(box, fill=(0, 200, 0))
    return [np.asarray(picture)] * round(seconds * 25)


def test_a_job_goes_on_behind_any_segment_with_those_that_come_after_it(tmp_path: Path) -> None:
    left, right = (10, 10, 60, 60), (130, 40, 180, 90)
    path = video(tmp_path / "v.mp4", shot(3, left), shot(4), shot(5, right), shot(9.5, left))
    detector = TinyDetector('{"label": "dog", "colour": [0, 200, 0]}')
    source = Source("v.mp4", str(path), "video/mp4", detectors={"objects": detector})
    # As the catalog gives places back.
    every = [json.loads(json.dumps(one.place)) for one in VideoAnalysis().segments(source)]
    assert [(round(one["start"], 1), round(one["end"], 1)) for one in every if one["kind"] == "object"] == [
        (0.0, 3.0),
        (7.0, 10.0),
        (10.0, 12.0),
        (12.0, 20.0),
        (20.0, 21.5),
    ]
    assert [one["kind"] for one in every].count("whole") == 3
    for number, place in enumerate(every):
        rest = [json.loads(json.dumps(one.place)) for one in VideoAnalysis().segments_after(source, place)]
        assert rest == every[number + 1 :]
