"""Any sentence encoder in ONNX with a tokenizer.json, described by its card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.encoders.onnx_network import Networks
from findalike.encoders.sentences import means
from findalike.encoders.staged import Raw, StagedEncoder
from findalike.errors import InvalidInput
from findalike.models.cache import ModelCache
from findalike.models.cards import ModelCard
from findalike.models.options import OnnxTextOptions

RUN_TOKENS = 512
"""Tokens of one pass, padding included, if a single text has not more. On a CPU a longer pass is no faster: its
intermediate results fall out of the caches. Measured with passages: 23 a second of CPU, and 18 with 16 in a pass."""

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
        return {self.output: self.pooled(batch)[0]}

    def pooled(
        self, batch: Sequence[str], starts: Sequence[Sequence[int]] | None = None
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """One vector a text, and with `starts` those of its sentences: see `StagedEncoder.encode_sentences`."""
        # One by one rather than encode_batch, whose thread pool would ignore our settings and dislikes forks.
        encoded = [self._tokenizer.encode(text) for text in batch]
        order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
        vectors: list[NDArray[np.float32]] = []
        sentences: dict[int, NDArray[np.float32]] = {}
        for run in self._runs(order, [len(one.ids) for one in encoded]):
            values, mask = self._pass([encoded[i].ids for i in run])
            vectors.append(pool(values, mask, self._options.pooling))
            if starts is not None:
                for row, i in enumerate(run):
                    begins = [
                        -1 if special else begin
                        for (begin, _), special in zip(encoded[i].offsets, encoded[i].special_tokens_mask, strict=True)
                    ]
                    sentences[i] = means(values[row, : len(begins)], begins, starts[i])
        back = np.empty((len(batch), *vectors[0].shape[1:]), np.float32)
        back[order] = np.concatenate(vectors)
        return back, [sentences[i] for i in sorted(sentences)]

    def _runs(self, order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
        """Which texts go into one pass: neighbours by length, so that little is padded."""
        run: list[int] = []
        for i in order:
            width = self._options.pad_to or lengths[i]
            if run and (len(run) + 1) * width > RUN_TOKENS:
                yield run
                run = []
            run.append(i)
        yield run

    def _pass(self, tokens: list[list[int]]) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """The network's output for texts as tokens, and the mask that it was given."""
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
        return self._network.run([self.output], feed)[self.output], mask


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
        # What the first token says is not the mean of what the others say, so only means can be divided.
        self._divisible = options.pooling == "mean"

    @property
    def reads_sentences(self) -> bool:
        return self._divisible

    def encode_sentences(
        self, texts: Sequence[str], starts: Sequence[Sequence[int]]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        if self.card.batch_dependent and len(texts) > 1:
            alone = [self.encode_sentences([text], [own]) for text, own in zip(texts, starts, strict=True)]
            return np.concatenate([vectors for vectors, _ in alone]), [one for _, (one,) in alone]
        vectors, sentences = self._text.pooled(texts, starts)
        return self.embeddings("text", {self._text.output: vectors}), sentences

    def network(self, modality: str) -> str:
        return self._text.key

    def outputs(self, modality: str) -> frozenset[str]:
        return frozenset({self._text.output})

    def run(self, modality: str, batch: Sequence[Any], outputs: Iterable[str]) -> Raw:
        return self._text(batch)

    def finish(self, modality: str, raw: Raw) -> NDArray[np.float32]:
        return np.asarray(raw[self._text.output], np.float32)
