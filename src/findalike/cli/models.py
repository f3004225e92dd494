"""`findalike models`: the weights on this machine; works without a server."""

from __future__ import annotations

from findalike.cli.caches import Kind, Open, cards_app
from findalike.cli.session import settings_of
from findalike.models.cache import ModelCache
from findalike.models.cards import ModelCard
from findalike.models.registry import Registry


def _open() -> Open[ModelCard]:
    settings = settings_of(None)
    return Registry(settings.models), ModelCache(settings.cache_dir)


def _describe(card: ModelCard) -> str:
    return f"{' and '.join(card.accepts)} → {card.dimension}"


app = cards_app(
    Kind(
        command="models",
        cards="model cards",
        files="model weights",
        removed="they are fetched again when they are needed",
        example="efficientnet-lite0",
        open=_open,
        describe=_describe,
    )
)
