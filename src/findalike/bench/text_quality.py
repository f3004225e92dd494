"""Retrieval quality of text search on sets with known answers: by meaning, by words, and by both."""

from __future__ import annotations

import math
from collections.abc import Sequence

from findalike.bench.harness import Result, Run, fresh_server
from findalike.bench.text_sets import TextSet, mean, text_sets
from findalike.client import Client
from findalike.models.datasets import DataCache, DataCards
from findalike.models.samples import SAMPLES
from findalike.settings import Settings

MODES = ("hybrid", "meaning", "keywords")
DEPTH = 10
"""Hits asked for; what comes later counts as not found."""


def run(model: str, tell: Run) -> Result:
    """recall@1, recall@5, mean reciprocal rank and nDCG of ten hits, by HTTP, for each set and way of searching."""
    settings = Settings()
    result = tell.begin("quality-texts", {"model": model, "depth": DEPTH})
    sets = text_sets(DataCache(settings.cache_dir), DataCards(SAMPLES))
    with fresh_server() as (url, _), Client(url) as client:
        for number, (corpus, asked) in enumerate(sets):
            tell(f"{corpus.name}: {len(corpus.texts)} texts")
            collection = f"texts-{number}"
            client.create_collection("text-search", collection, models={"meaning": model})
            records = [{"id": id, "text": text} for text, id in corpus.texts.items()]
            job = client.wait(client.add_records("text-search", collection, records).id)
            assert job.done == len(records), job
            for one in asked:
                tell(f"{one.name}: {len(one.queries)} queries")
                found = {mode: _measure(client, collection, mode, one) for mode in MODES}
                for mode in MODES:
                    for measure, value in found[mode].items():
                        best = max(found["meaning"][measure], found["keywords"][measure])
                        goal = f">= {best - 0.01:.3f}" if mode == "hybrid" and measure in ("recall@1", "MRR") else ""
                        result.add(f"{one.name}, {mode}: {measure}", "", value, goal)
            result.notes.extend(f"{one.name}: {len(one.queries)} queries, {len(one.texts)} texts." for one in asked)
    return result


def _measure(client: Client, collection: str, mode: str, asked: TextSet) -> dict[str, float]:
    def ranking(query: str) -> list[str]:
        answer = client.search("text-search", collection, text=query, mode=mode, limit=DEPTH)
        return [hit.item.key or "" for hit in answer.hits]

    return mean(measures(ranking(query), relevant) for query, relevant in asked.queries.items())


def measures(ranking: Sequence[str], relevant: set[str]) -> dict[str, float]:
    """Of one query's ranking; the discounted gain (Järvelin and Kekäläinen, 2002) is held against the best possible."""
    ranks = [rank for rank, id in enumerate(ranking, start=1) if id in relevant]
    first = ranks[0] if ranks else math.inf
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(DEPTH, len(relevant)) + 1))
    return {
        "recall@1": float(first == 1),
        "recall@5": float(first <= 5),
        "MRR": 1 / first,
        "nDCG@10": sum(1 / math.log2(rank + 1) for rank in ranks if rank <= DEPTH) / best,
    }
