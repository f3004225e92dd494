"""How well recommendation foretells on MovieLens, beside simple ways, and what it costs beyond the call of Milvus."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from findalike.bench.harness import Result, Run, fresh_server
from findalike.client import Client
from findalike.errors import FindalikeError

_APP, _NAME = "recommendation", "sample"
_GOALS = {
    ("tastes", "ndcg_at_10"): "≥ item_knn, ≥ 1.5 × popularity",
}


def run(users: int, tell: Run) -> Result:
    """Load the sample, learn, evaluate, then ask for as many users, one after the other, three times each.

    Raises FindalikeError if learning failed."""
    result = tell.begin("recommendation", {"users": users})
    with fresh_server() as (url, _), Client(url) as client:
        tell("loading MovieLens")
        job = client.wait(client.load_sample(_APP, _NAME).id)
        result.add("taking in items and ratings", "s", _seconds(job))
        tell("learning")
        for one in list(client.jobs(application=_APP)):
            if one.kind == "train" and (ended := client.wait(one.id)).state == "failed":
                raise FindalikeError(ended.detail or "Learning failed.")
        trained = client.wait(client.train(_APP, _NAME).id)
        result.add("learning again", "s", _seconds(trained))
        tell("evaluating")
        _evaluate(result, client)
        tell("asking")
        everybody = client.operate(_APP, _NAME, "users", limit=1000)["users"]
        # They come with the busiest first.
        found = everybody[:: max(1, len(everybody) // users)][:users]
        for _ in range(3):
            for one in found:
                took = client.operate(_APP, _NAME, "recommend", user=one["user"])["took"]
                candidates = took["user_ms"] + took["search_ms"]
                result.add("a known user, all", "ms", took["total_ms"])
                result.add("of it finding the user's taste", "ms", took["user_ms"])
                result.add("of it the call of Milvus", "ms", took["vectors_ms"])
                result.add("of it diversity and reasons", "ms", took["total_ms"] - candidates)
                result.add("candidates beyond the call of Milvus", "ms", candidates - took["vectors_ms"], "≤ 10")
    return result


def _evaluate(result: Result, client: Client) -> None:
    found: Any = client.wait(client.evaluate(_APP, _NAME).id).result
    if not found:
        raise FindalikeError("The evaluation failed.")
    for method, measures in found["methods"].items():
        for name, value in measures.items():
            result.add(f"{method}: {name.replace('_at_', '@')}", "", value, _GOALS.get((method, name), ""))
    gains = {method: measures["ndcg_at_10"] for method, measures in found["methods"].items()}
    result.add("nDCG@10 of tastes / item_knn", "", gains["tastes"] / gains["item_knn"], "≥ 1")
    result.add("nDCG@10 of tastes / popularity", "", gains["tastes"] / gains["popularity"], "≥ 1.5")
    result.add("Milvus beside exact, recall@10", "", found["index"]["recall"], "≥ 0.99")
    cut = datetime.fromtimestamp(found["moment"], UTC)
    result.notes.append(
        f"Cut at {cut:%Y-%m-%d %H:%M} UTC: {found['events_before']:,} ratings before it, {found['events_after']:,} "
        f"after it; {found['users']} users have both."
    )


def _seconds(job: Any) -> float:
    return float((job.finished_at - job.started_at).total_seconds())
