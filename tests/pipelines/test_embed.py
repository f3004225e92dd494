from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from findalike.applications.video_search import VideoSearch
from findalike.domain import Generation, VectorSetting
from findalike.encoders.registry import Encoders
from findalike.errors import InvalidInput
from findalike.models.cache import ModelCache
from findalike.models.registry import Registry
from findalike.pipelines.decode import DecodedSegment, prepared_inputs
from findalike.pipelines.embed import Embedder, checked


@pytest.mark.parametrize("scale", [1.0, 1e30, 1e-30, 1e-44])
def test_for_cosine_the_length_of_a_vector_makes_no_difference(scale: float) -> None:
    vector = checked([3 * scale, 4 * scale], VectorSetting(None, 2, "COSINE"))
    assert vector.dtype == np.float32
    assert vector.tolist() == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize(
    ("vector", "metric", "said"),
    [
        ([1.0], "L2", "1 dimensions"),
        ([1.0, float("nan")], "L2", "finite"),
        ([1.0, 1e300], "COSINE", "finite"),
        ([1e30, 0.0], "IP", "longer"),
        ([0.0, 0.0], "IP", "all zeros"),
    ],
)
def test_what_is_wrong_with_a_vector_is_said(vector: list[float], metric: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        checked(vector, VectorSetting(None, 2, metric))  # type: ignore[arg-type]


def test_the_origin_is_a_place_like_any_other_for_distances() -> None:
    assert checked([0.0, 0.0], VectorSetting(None, 2, "L2")).tolist() == [0.0, 0.0]


def test_of_several_views_the_vector_is_the_mean(tmp_path: Path) -> None:
    models = Registry({})
    embedder = Embedder(models, Encoders(models, ModelCache(tmp_path), 1), 16)
    generations = [Generation(1, {"visual": VectorSetting("tiny", 64, "COSINE")}, {})]
    recipe = embedder.recipe(VideoSearch(), generations)
    red, blue = (Image.new("RGB", (32, 32), colour) for colour in ("red", "blue"))
    segments = [
        DecodedSegment({}, None, prepared_inputs(recipe, {"image": picture})) for picture in (red, [red, blue], blue)
    ]
    one, both, other = (
        np.asarray(made.vectors[1, "visual"]) for made in embedder.embed(generations, segments, lambda: None)
    )
    assert one @ other < 0.9
    np.testing.assert_allclose(both, (one + other) / np.linalg.norm(one + other), atol=1e-6)
