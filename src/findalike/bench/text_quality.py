"""Retrieval quality of text search on sets with known answers: by meaning, by words, and by both."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

from findalike.bench.harness import Chart, Result, Run, fresh_server
from findalike.bench.text_sets import TextSet, mean, text_sets
from findalike.client import Client
from findalike.errors import InvalidInput
from findalike.models.datasets import DataCache, DataCards
from findalike.models.samples import SAMPLES
from findalike.settings import Settings

DEPTH = 10
"""Hits asked for; what comes later counts as not found."""


def run(models: Sequence[str], tell: Run, own: Path | None = None) -> Result:
    """recall@1, recall@5, mean reciprocal rank and nDCG of ten hits, by HTTP, for each set, way of searching and model
    card; of the sample sets, or of `own`: a table with the columns query and text, each text an answer to its query.

    Raises InvalidInput if the table lacks them."""
    settings = Settings()
    result = tell.begin("quality-text-search", {"models": " ".join(models), "depth": DEPTH})
    tell("texts and queries")
    sets = [_own(own)] if own else list(text_sets(DataCache(settings.cache_dir), DataCards(SAMPLES)))
    with fresh_server() as (url, _), Client(url, timeout=120) as client:
        for number, (corpus, asked) in enumerate(sets):
            for at, model in enumerate(models):
                done = (number + at / len(models)) / len(sets)
                tell(f"{corpus.name}: {len(corpus.texts)} texts, {model}", done)
                collection = f"texts-{number}-{at}"
                client.create_collection("text-search", collection, models={"meaning": model})
                records = [{"id": id, "text": text} for text, id in corpus.texts.items()]
                job = client.wait(client.add_records("text-search", collection, records).id)
                assert job.done == len(records), job
                for one in asked:
                    tell(f"{one.name}: {len(one.queries)} queries, {model}", done)
                    _measure(result, client, collection, one, model)
            result.notes.extend(f"{one.name}: {len(one.queries)} queries, {len(one.texts)} texts." for one in asked)
    return result


def _measure(result: Result, client: Client, collection: str, asked: TextSet, model: str) -> None:
    """Every way of searching; keywords, which ask no model, are the baseline."""
    means: dict[str, dict[str, float]] = {}
    for mode in ("meaning", "keywords", "hybrid"):
        each = []
        for query, relevant in asked.queries.items():
            answer = client.search("text-search", collection, text=query, mode=mode, limit=DEPTH)
            each.append(measures([hit.item.key or "" for hit in answer.hits], relevant))
        means[mode] = mean(each)
        for measure in each[0] if each else ():
            best = max((means[one][measure] for one in ("meaning", "keywords") if one in means), default=0.0)
            goal = f">= {best - 0.01:.3f}" if mode == "hybrid" and measure in ("recall@1", "MRR") else ""
            samples = [one[measure] for one in each]
            result.add(f"{asked.name}, {mode}, {model}: {measure}", "", samples, goal, centre="mean")
        chart = Chart("MRR by model card and way of searching", "set", "MRR", {}, "bars")
        if not result.charts:
            result.charts.append(chart)
        result.charts[0].series.setdefault(f"{mode}, {model}", []).append((asked.name, means[mode].get("MRR", 0.0)))


def _own(path: Path) -> tuple[TextSet, list[TextSet]]:
    found = TextSet(path.stem)
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if "query" not in row or "text" not in row:
                raise InvalidInput(f"{path} needs the columns query and text.")
            found.add(row["text"], row["query"])
    if not found.queries:
        raise InvalidInput(f"{path} has no queries.")
    return found, [found]


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
