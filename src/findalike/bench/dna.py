"""DNA: how fast profiles are made, and how well classes are told, beside the commonest class and plain alignment."""

from __future__ import annotations

import csv
import io
import multiprocessing
import time
from collections.abc import Sequence

import numpy as np

from findalike.bench.harness import Result, Run, fresh_server
from findalike.client import Client
from findalike.decoders.sequences import align, clean
from findalike.encoders.kmers import KmerEncoder, codes
from findalike.evaluation import measured
from findalike.models.datasets import DataCache, DataCards
from findalike.models.registry import Registry
from findalike.models.samples import SAMPLES
from findalike.settings import Settings

_LETTERS, _SEQUENCES, _ROUNDS = 1500, 5000, 5


def run(asked: int, aligned: int, tell: Run) -> Result:
    """On the sample of resistance genes: `asked` are classified by means of all others, and of these the first by
    aligning with each of `aligned` others."""
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
        client.create_collection("dna-classification", "few")
        client.wait(client.add_records("dna-classification", "bench", known).id)
        client.wait(client.add_records("dna-classification", "few", known[:aligned]).id)
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
        few = held[: max(1, asked // 8)]
        tell(f"aligning {len(few)} genes with each of {aligned}")
        by_service = [_classified(client, "few", gene["sequence"])[0] for gene in few]
    with multiprocessing.get_context("spawn").Pool(settings.decoder_processes) as pool:
        by_alignment = pool.starmap(_by_alignment, [(gene["sequence"], known[:aligned]) for gene in few])
    for way, labels in (("service", by_service), ("best alignment of all", by_alignment)):
        right = [label == gene["label"] for label, gene in zip(labels, few, strict=True)]
        result.add(f"accuracy among {aligned}: {way}", "", float(np.mean(right)))
    return result


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


def _by_alignment(sequence: str, known: Sequence[dict[str, str]]) -> str:
    """The class of the sequence that aligns best, as a search by alignment alone finds it."""
    query = clean(sequence)
    best = max(known, key=lambda gene: align(query, clean(gene["sequence"])).identities)
    return best["label"]
