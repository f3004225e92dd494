"""Any sentence encoder in ONNX with a tokenizer.json, described by its card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.encoders.onnx_network import Networks
from findalike.encoders.staged import Raw, StagedEncoder
from findalike.errors import InvalidInput
from findalike.models.cache import ModelCache
from findalike.models.cards import ModelCard
from findalike.models.options import OnnxTextOptions

CHUNK = 16
"""Texts in one pass. More pays nothing on a CPU, and would pad short texts to the length of distant long ones."""

MASK = "attention_mask"


class TextRun:
    """A text network with its tokenizer: texts in, one pooled vector a text out, under the output's name."""

    def __init__(self, model: Path, tokenizer: Path, networks: Networks, options: OnnxTextOptions) -> None:
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # tokenizers raises bare Exception
            raise InvalidInput(f"{tokenizer.name} cannot be read as a tokenizer: {error}.") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(min(options.max_length, options.pad_to or options.max_length))
        self._network = networks.get(model)
        self._options = options
        self.output = self._network.output(options.output)
        rules = options.model_copy(update={"query_prefix": ""})
        self.key = f"{model}:{tokenizer}:{rules.model_dump_json(include=set(OnnxTextOptions.model_fields))}"

    def __call__(self, batch: Sequence[str]) -> Raw:
        # One by one rather than encode_batch, whose thread pool would ignore our settings and dislikes forks.
        tokens = [self._tokenizer.encode(text).ids for text in batch]
        order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
        pooled: list[NDArray[np.float32]] = []
        for start in range(0, len(order), CHUNK):
            pooled.append(self._pass([tokens[i] for i in order[start : start + CHUNK]]))
        vectors = np.concatenate(pooled)
        back = np.empty_like(vectors)
        back[order] = vectors
        return {self.output: back}

    def _pass(self, tokens: list[list[int]]) -> NDArray[np.float32]:
        width = self._options.pad_to or max(1, *(len(ids) for ids in tokens), 1)
        ids = np.full((len(tokens), width), self._options.pad_id, np.int64)
        mask = np.zeros((len(tokens), width), np.int64)
        for row, own in enumerate(tokens):
            ids[row, : len(own)] = own
            mask[row, : len(own)] = 1
        known = {"input_ids": ids, MASK: mask, "token_type_ids": np.zeros_like(ids)}
        feed = {}
        for name, kind in self._network.inputs.items():
            if name not in known:
                raise InvalidInput(f"The text network wants an input {name!r}, which a tokenizer does not give.")
            feed[name] = known[name].astype(np.int32) if kind == "tensor(int32)" else known[name]
        return pool(self._network.run([self.output], feed)[self.output], mask, self._options.pooling)


def pool(values: NDArray[Any], mask: NDArray[np.int64], how: str) -> NDArray[np.float32]:
    """(rows, tokens, channels) to (rows, channels) float32; with "none" the values must be that already."""
    if how == "cls":
        values = values[:, 0]
    elif how == "mean":
        weights = mask[:, :, None].astype(np.float32)
        values = (values * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
    return np.asarray(values, np.float32)


class OnnxTextEncoder(StagedEncoder):
    """A sentence encoder, e.g. Sentence-BERT (Reimers and Gurevych, 2019, arXiv:1908.10084).

    Longer texts are cut to `max_length` tokens. Batches are padded to their longest text only.
    """

    def __init__(self, card: ModelCard, cache: ModelCache, networks: Networks) -> None:
        super().__init__(card)
        options = OnnxTextOptions.model_validate(card.options)
        self._text = TextRun(cache.file(card, "model"), cache.file(card, "tokenizer"), networks, options)

    def network(self, modality: str) -> str:
        return self._text.key

    def outputs(self, modality: str) -> frozenset[str]:
        return frozenset({self._text.output})

    def run(self, modality: str, batch: Sequence[Any], outputs: Iterable[str]) -> Raw:
        return self._text(batch)

    def finish(self, modality: str, raw: Raw) -> NDArray[np.float32]:
        return np.asarray(raw[self._text.output], np.float32)
