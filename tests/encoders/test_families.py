"""Every family on networks that can be followed by hand."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_networks import card, image_network, plain, text_network, tokenizer

from findalike.encoders.onnx_image import RUN_PICTURES
from findalike.encoders.onnx_network import OnnxNetwork
from findalike.encoders.onnx_text import RUN_TOKENS
from findalike.encoders.prepare import prepare, prepare_key
from findalike.encoders.registry import Encoders
from findalike.encoders.staged import StagedEncoder
from findalike.errors import InvalidInput, ModelUnavailable, NotFound
from findalike.models.cache import ModelCache
from findalike.models.cards import ModelCard
from findalike.models.registry import Registry

RED, GREEN, BLUE = plain(255, 0, 0), plain(0, 255, 0), plain(0, 0, 255)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    labels = tmp_path / "labels.json"
    labels.write_text(json.dumps(["red", "grass (plant)", "sky"]))
    image = image_network(tmp_path / "image.onnx")
    return {
        "image": image,
        "network": image,
        "text": text_network(tmp_path / "text.onnx"),
        "tokenizer": tokenizer(tmp_path / "tokenizer.json"),
        "labels": labels,
    }


def encoders(tmp_path: Path, *cards: ModelCard) -> Encoders:
    return Encoders(Registry(builtin=cards), ModelCache(tmp_path / "cache"), threads=1)


def image_card(tmp_path: Path, files: dict[str, Path], **fields: Any) -> ModelCard:
    return card(tmp_path, "onnx-image", {"model": files["image"]}, accepts=("image",), **fields)


def text_card(tmp_path: Path, files: dict[str, Path], **options: Any) -> ModelCard:
    roles = {"model": files["text"], "tokenizer": files["tokenizer"]}
    return card(tmp_path, "onnx-text", roles, accepts=("text",), image=None, options=options)


def conse_card(tmp_path: Path, files: dict[str, Path], **options: Any) -> ModelCard:
    roles = {role: files[role] for role in ("network", "labels", "tokenizer")} | {"model": files["text"]}
    return card(tmp_path, "conse", roles, options=options)


def test_an_image_network_by_its_card(tmp_path: Path, files: dict[str, Path]) -> None:
    mean = image_card(tmp_path, files, metric="L2")
    np.testing.assert_allclose(
        encoders(tmp_path, mean).get("onnx-image").encode("image", [RED, BLUE]), np.eye(3)[[0, 2]]
    )
    feature_map = image_card(tmp_path, files, options={"output": "map"}, metric="COSINE")
    grey = encoders(tmp_path, feature_map).get("onnx-image").encode("image", [plain(50, 50, 50)])
    np.testing.assert_allclose(grey, np.full((1, 3), 3**-0.5), rtol=1e-6)


def test_what_the_card_says_wrong_is_told(tmp_path: Path, files: dict[str, Path]) -> None:
    with pytest.raises(InvalidInput, match=r"no output 'features'\. It has: mean, map, logits"):
        encoders(tmp_path, image_card(tmp_path, files, options={"output": "features"})).get("onnx-image")
    with pytest.raises(InvalidInput, match=r"no input 'x'\. It has: pixels"):
        encoders(tmp_path, image_card(tmp_path, files, options={"input": "x"})).get("onnx-image")
    with pytest.raises(InvalidInput, match="its card says 4"):
        encoders(tmp_path, image_card(tmp_path, files, dimension=4)).get("onnx-image").encode("image", [RED])
    wrong = image_card(tmp_path, files, image={"size": 8, "dtype": "uint8"})
    with pytest.raises(InvalidInput, match="refused its input"):
        encoders(tmp_path, wrong).get("onnx-image").encode("image", [RED])
    with pytest.raises(InvalidInput, match="cannot be loaded"):
        OnnxNetwork(files["labels"], 1)


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"pooling": "mean"}, [[0.5, 0.5, 0], [0, 0, 1]]),
        ({"pooling": "cls"}, [[1, 0, 0], [0, 0, 1]]),
        ({"pooling": "none", "output": "first"}, [[1, 0, 0], [0, 0, 1]]),
        ({"pooling": "mean", "pad_to": 6}, [[0.5, 0.5, 0], [0, 0, 1]]),
    ],
)
def test_texts_are_pooled_as_the_card_says(
    options: dict[str, Any], wanted: list[list[float]], tmp_path: Path, files: dict[str, Path]
) -> None:
    mine = text_card(tmp_path, files, **options).model_copy(update={"metric": "IP"})
    embedded = encoders(tmp_path, mine).get("onnx-text").encode("text", ["red green", "blue"])
    np.testing.assert_allclose(embedded, wanted)


def test_texts_keep_their_order_and_are_cut(tmp_path: Path, files: dict[str, Path]) -> None:
    encoder = encoders(tmp_path, text_card(tmp_path, files, max_length=2)).get("onnx-text")
    texts = [("red " * (i % 5 + 1), "blue")[i % 2] for i in range(50)] + ["green green red red"]
    wanted = [np.eye(3)[0 if i % 2 == 0 else 2] for i in range(50)] + [np.eye(3)[1]]
    np.testing.assert_allclose(encoder.encode("text", texts), np.stack(wanted), atol=1e-6)


def test_sentences_have_the_mean_of_their_own_tokens(tmp_path: Path, files: dict[str, Path]) -> None:
    encoder = encoders(tmp_path, text_card(tmp_path, files, max_length=4)).get("onnx-text")
    assert encoder.reads_sentences
    texts = ["dark red green blue sky", "grass", "blue red"]
    vectors, sentences = encoder.encode_sentences(texts, [[5, 15, 20], [], [0, 5]])
    np.testing.assert_array_equal(vectors, encoder.encode("text", texts))
    # What stands before the first sentence is none, and "sky" was cut off.
    np.testing.assert_allclose(sentences[0], [[0.5, 0.5, 0], [0, 0, 1], [0, 0, 0]])
    assert sentences[1].shape == (0, 3)
    np.testing.assert_allclose(sentences[2], [[0, 0, 1], [1, 0, 0]])


def test_a_card_that_does_not_take_means_cannot_tell_sentences(tmp_path: Path, files: dict[str, Path]) -> None:
    assert not encoders(tmp_path, text_card(tmp_path, files, pooling="cls")).get("onnx-text").reads_sentences


def test_a_run_has_at_most_so_many_tokens(
    tmp_path: Path, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = encoders(tmp_path, text_card(tmp_path, files, max_length=1000)).get("onnx-text")
    shapes: list[tuple[int, ...]] = []
    run = OnnxNetwork.run

    def watched(self: OnnxNetwork, outputs: Any, feed: Any) -> Any:
        shapes.append(feed["input_ids"].shape)
        return run(self, outputs, feed)

    monkeypatch.setattr(OnnxNetwork, "run", watched)
    texts = [
        " ".join(["red", "blue", "green"][n % 3] for _ in range(length))
        for n, length in enumerate((600, *range(1, 90)))
    ]
    together = encoder.encode("text", texts)
    assert sum(rows for rows, _ in shapes) == len(texts)
    assert all(rows * width <= RUN_TOKENS or rows == 1 for rows, width in shapes)
    assert len(shapes) < 12
    np.testing.assert_allclose(together, np.concatenate([encoder.encode("text", [text]) for text in texts]), atol=1e-6)


def test_many_pictures_go_in_short_passes(
    tmp_path: Path, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = encoders(tmp_path, image_card(tmp_path, files, metric="L2")).get("onnx-image")
    sizes: list[int] = []
    run = OnnxNetwork.run

    def watched(self: OnnxNetwork, outputs: Any, feed: Any) -> Any:
        sizes.append(len(feed["pixels"]))
        return run(self, outputs, feed)

    monkeypatch.setattr(OnnxNetwork, "run", watched)
    together = encoder.encode("image", [RED, BLUE, GREEN] * 3)
    assert sizes == [RUN_PICTURES, RUN_PICTURES, 1]
    np.testing.assert_allclose(together, np.eye(3)[[0, 2, 1] * 3])


def test_conse_puts_pictures_where_their_labels_lie(tmp_path: Path, files: dict[str, Path]) -> None:
    encoder = encoders(tmp_path, conse_card(tmp_path, files, top=2)).get("conse")
    pictures = encoder.encode("image", [RED, GREEN, BLUE])
    words = encoder.encode("text", ["red", "green", "blue"])
    assert (pictures @ words.T).argmax(axis=1).tolist() == [0, 1, 2]
    np.testing.assert_allclose(np.linalg.norm(pictures, axis=1), 1, rtol=1e-6)


def test_conse_checks_its_labels(tmp_path: Path, files: dict[str, Path]) -> None:
    files["labels"].write_text('["red", "green"]')
    with pytest.raises(InvalidInput, match="knows 3 labels, but 2 are named"):
        encoders(tmp_path, conse_card(tmp_path, files)).get("conse").encode("image", [RED])
    files["labels"].write_text('{"red": 1}')
    other = Encoders(Registry(builtin=[conse_card(tmp_path, files)]), ModelCache(tmp_path / "other"), 1)
    with pytest.raises(InvalidInput, match="not a list of label names"):
        other.get("conse")


def test_a_shared_network_runs_once(tmp_path: Path, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    cards = image_card(tmp_path, files), conse_card(tmp_path, files)
    mine = encoders(tmp_path, *cards)
    alone = {name: mine.get(name).encode("image", [RED, GREEN]) for name in ("onnx-image", "conse")}
    runs, run = [], OnnxNetwork.run

    def counted(self: OnnxNetwork, outputs: Any, feed: Any) -> Any:
        names = list(outputs)
        runs.append(sorted(names))
        return run(self, names, feed)

    monkeypatch.setattr(OnnxNetwork, "run", counted)
    key = prepare_key(cards[0], "image")
    both = mine.encode_many(["conse", "onnx-image"], "image", {key: [RED, GREEN]})
    assert runs == [["logits", "mean"]]
    assert list(both) == ["conse", "onnx-image"]
    for name, vectors in alone.items():
        np.testing.assert_allclose(both[name], vectors, atol=1e-6)


def test_another_normalisation_is_another_run(tmp_path: Path, files: dict[str, Path]) -> None:
    one = image_card(tmp_path, files)
    two = one.model_copy(update={"name": "two", "image": one.image.model_copy(update={"mean": (255.0, 0.0, 0.0)})})  # type: ignore[union-attr]
    key = prepare_key(one, "image")
    assert key == prepare_key(two, "image")
    both = encoders(tmp_path, one, two).encode_many(["onnx-image", "two"], "image", {key: [plain(255, 0, 255)]})
    assert both["two"].tolist() == [[0, 0, 1]]
    assert both["onnx-image"][0, 0] > 0


def test_a_card_that_depends_on_its_batch_is_encoded_alone(
    tmp_path: Path, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = text_card(tmp_path, files).model_copy(update={"batch_dependent": True})
    encoder, sizes = encoders(tmp_path, mine).get("onnx-text"), []
    run = type(encoder).run

    def counted(self: StagedEncoder, modality: str, batch: Any, outputs: Any) -> Any:
        sizes.append(len(batch))
        return run(self, modality, batch, outputs)

    monkeypatch.setattr(type(encoder), "run", counted)
    assert encoder.encode("text", ["red", "blue", "sky"]).shape == (3, 3)
    assert sizes == [1, 1, 1]


def test_many_threads_load_a_card_once(tmp_path: Path, files: dict[str, Path]) -> None:
    mine = encoders(tmp_path, text_card(tmp_path, files))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(mine.get, ["onnx-text"] * 8))
        vectors = list(pool.map(lambda text: found[0].encode("text", [text]), ["red", "blue"] * 20))
    assert len({id(encoder) for encoder in found}) == 1
    assert all((v == vectors[i % 2]).all() for i, v in enumerate(vectors))


def test_unknown_cards_missing_files_and_other_modalities(tmp_path: Path, files: dict[str, Path]) -> None:
    mine = text_card(tmp_path, files)
    with pytest.raises(NotFound, match="There are: onnx-text"):
        encoders(tmp_path, mine).get("other")
    with pytest.raises(InvalidInput, match="does not take image"):
        encoders(tmp_path, mine).get("onnx-text").encode("image", [RED])
    with pytest.raises(InvalidInput, match="Nothing was prepared"):
        encoders(tmp_path, mine).encode_many(["onnx-text"], "text", {})
    assert encoders(tmp_path, mine).get("onnx-text").encode("text", []).shape == (0, 3)
    files["text"].unlink()
    with pytest.raises(ModelUnavailable, match=r"Model onnx-text: text\.onnx"):
        Encoders(Registry(builtin=[mine]), ModelCache(tmp_path / "empty"), 1).get("onnx-text")


def test_tiny_needs_no_file_and_knows_colours(tmp_path: Path) -> None:
    mine = Encoders(Registry(), ModelCache(tmp_path), 1)
    for name in ("tiny", "tiny-image", "tiny-text"):
        mine.warm(name)
    tiny = mine.get("tiny")
    pictures = [np.repeat(np.repeat(p, 4, axis=0), 4, axis=1) for p in (RED, GREEN, BLUE)]
    found = tiny.encode("text", ["a red thing", "green", "blue sky"]) @ tiny.encode("image", pictures).T
    assert found.argmax(axis=1).tolist() == [0, 1, 2]
    text = mine.get("tiny-text")
    near, far = text.encode("text", ["similarity search", "zebra"]) @ text.encode("text", ["similar searches"])[0]
    assert near > far
    assert np.isfinite(tiny.encode("image", [np.full((32, 32, 3), 115, np.uint8)])).all()
    prepared = prepare(tiny.card, "text", "Red")
    assert tiny.encode("text", [prepared]).shape == (1, 64)
