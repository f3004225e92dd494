"""DNA: how fast profiles are made, and how well classes are told, beside the commonest class and plain alignment.

Alignment is done as BLAST does it (Altschul et al., 1990, "Basic local alignment search tool"): what shares words of
eleven letters with the query, on either strand, is aligned with it, and the best alignment's class is the answer.
"""

from __future__ import annotations

import csv
import io
import multiprocessing
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from findalike.bench.harness import Result, Run, fresh_server
from findalike.client import Client
from findalike.decoders.sequences import align, clean, reverse_complement
from findalike.encoders.kmers import KmerEncoder, codes
from findalike.evaluation import measured
from findalike.models.datasets import DataCache, DataCards
from findalike.models.registry import Registry
from findalike.models.samples import SAMPLES
from findalike.settings import Settings

_LETTERS, _SEQUENCES, _ROUNDS = 1500, 5000, 5
_SEED = 11
"""Letters of a word, as in blastn."""


def run(asked: int, aligned: int, tell: Run) -> Result:
    """On the sample of resistance genes: `asked` are classified by means of all others, by the service, and by aligning
    each with the `aligned` others that share most words with it."""
    settings = Settings()
    result = tell.begin("dna", {"asked": asked, "aligned": aligned})
    tell("profiles")
    _profiles(result)
    ((_, table, _),) = DataCache(settings.cache_dir).members(DataCards(SAMPLES).get("resistance-genes"))
    genes = list(csv.DictReader(io.StringIO(table.decode())))
    order = np.random.default_rng(0).permutation(len(genes))
    held, known = [genes[at] for at in order[:asked]], [genes[at] for at in order[asked:]]
    with fresh_server() as (url, _), Client(url) as client:
        tell(f"taking in {len(known)} genes")
        client.create_collection("dna-classification", "bench")
        client.wait(client.add_records("dna-classification", "bench", known).id)
        tell(f"classifying {asked} genes")
        answers = []
        for gene in held:
            began = time.perf_counter()
            answers.append(_classified(client, "bench", gene["sequence"]))
            result.add("classify", "ms", 1000 * (time.perf_counter() - began))
        found = measured([gene["label"] for gene in held], answers)
        result.add("accuracy", "", found.accuracy)
        result.add("macro-F1", "", found.macro_f1)
        result.add("unknown", "", found.unknown)
        result.add("accuracy of those classified", "", found.accuracy_of_known)
        result.add("always the commonest class", "", found.majority)
        result.add("calibration error", "", found.calibration_error)
    tell(f"aligning each with {aligned} others")
    seeds = Seeds([clean(gene["sequence"]) for gene in known])
    with multiprocessing.get_context("spawn").Pool(settings.decoder_processes) as pool:
        labels = pool.starmap(
            _by_alignment,
            [
                (gene["sequence"], [known[at] for at in seeds.most_shared(clean(gene["sequence"]), aligned)])
                for gene in held
            ],
            chunksize=1,
        )
    right = [label == gene["label"] for label, gene in zip(labels, held, strict=True)]
    agreed = [label == answer for label, (answer, _) in zip(labels, answers, strict=True) if answer is not None]
    result.add("accuracy of alignment", "", float(np.mean(right)))
    result.add("same class as by alignment, of those classified", "", float(np.mean(agreed)))
    return result


class Seeds:
    """Which of the known sequences have which words."""

    def __init__(self, sequences: Sequence[str]):
        words = [np.unique(_words(one)) for one in sequences]
        owners = np.repeat(np.arange(len(words)), [len(one) for one in words])
        joined = np.concatenate(words)
        order = np.argsort(joined, kind="stable")
        self._count, self._words, self._owners = len(words), joined[order], owners[order]

    def most_shared(self, sequence: str, limit: int) -> list[int]:
        """Places of those that share words with a sequence or its other strand, most of them first."""
        asked = np.unique(np.concatenate([_words(sequence), _words(reverse_complement(sequence))]))
        starts, ends = (np.searchsorted(self._words, asked, side) for side in ("left", "right"))
        owners = [self._owners[start:end] for start, end in zip(starts, ends, strict=True) if start < end]
        counts = np.bincount(np.concatenate([*owners, np.empty(0, np.int64)]), minlength=self._count)
        order = np.argsort(-counts, kind="stable")[:limit]
        return [int(at) for at in order if counts[at]]


def _words(sequence: str) -> NDArray[np.int64]:
    """Its words of _SEED known letters, as numbers of base 4."""
    letters = codes(sequence)
    if len(letters) < _SEED:
        return np.empty(0, np.int64)
    runs = np.lib.stride_tricks.sliding_window_view(letters, _SEED)
    return np.asarray(runs[(runs < 4).all(axis=1)].astype(np.int64) @ 4 ** np.arange(_SEED))


def _profiles(result: Result) -> None:
    encoder = KmerEncoder(Registry().get("kmers-5"))
    rng = np.random.default_rng(0)
    sequences = [codes("".join(rng.choice(list("ACGT"), _LETTERS))) for _ in range(_SEQUENCES)]
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        for start in range(0, _SEQUENCES, 256):
            encoder.encode("sequence", sequences[start : start + 256])
        result.add(
            f"profiles of {_LETTERS} letters", "sequences/s", _SEQUENCES / (time.perf_counter() - began), "≥ 10000"
        )


def _classified(client: Client, collection: str, sequence: str) -> tuple[str | None, float]:
    answer = client.operate("dna-classification", collection, "classify", sequence=sequence)
    return answer["label"], float(answer["confidence"])


def _by_alignment(sequence: str, known: Sequence[dict[str, str]]) -> str | None:
    """The class of the sequence that aligns best; None if there is none."""
    query = clean(sequence)
    best = max(known, key=lambda gene: align(query, clean(gene["sequence"])).identities, default=None)
    return best["label"] if best else None
