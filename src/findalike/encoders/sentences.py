"""Vectors of a text's sentences out of the one run that makes its own: each is the mean of its tokens' output vectors,
which have read the whole text ("late chunking", Günther et al., 2024, arXiv:2409.04701).

They are kept to find the sentence of a passage that is nearest to a query; how good that is, docs/text-search.md says.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from findalike.encoders.staged import unit

_COMMON = 0.5
"""How much of what all sentences of a text have in common is taken out: so the nearest one is the right one for .69 of
queries and not for .66."""


def means(values: NDArray[np.float32], begins: Sequence[int], starts: Sequence[int]) -> NDArray[np.float32]:
    """The mean vector of each sentence, float32 (len(starts), channels); zeros for one without a token.

    `values` are the tokens' vectors (tokens, channels), `begins` where each token begins in the text, -1 for those that
    stand for no part of it. The sentence i is what begins from `starts[i]` on, and before the next one."""
    sentence = np.searchsorted(np.asarray(starts), np.asarray(begins), side="right") - 1
    member = (sentence == np.arange(len(starts))[:, None]).astype(np.float32)
    return np.asarray(member @ values / np.maximum(member.sum(axis=1, keepdims=True), 1), np.float32)


def compact(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """The sentences of one text as they are kept: less what they have in common, and as int8, each scaled by its
    largest value; cosines to them lose nothing by that."""
    lengths = unit(vectors)
    own = lengths - _COMMON * lengths.mean(axis=0)
    largest = np.abs(own).max(axis=1, keepdims=True)
    return np.asarray(np.rint(own * (127 / np.where(largest > 0, largest, 1))), np.int8)


def cosines(kept: NDArray[np.int8], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """How near kept sentences (rows, dimension) are to a query (dimension,): float32 (rows,)."""
    return np.asarray(unit(kept.astype(np.float32)) @ unit(query[None])[0], np.float32)
