"""`findalike data`: the sample data on this machine; works without a server."""

from __future__ import annotations

from findalike.cli.caches import Kind, Open, cards_app
from findalike.cli.session import settings_of
from findalike.models.datasets import DataCache, DataCard, DataCards
from findalike.models.samples import SAMPLES


def _open() -> Open[DataCard]:
    return DataCards(SAMPLES), DataCache(settings_of(None).cache_dir)


def _describe(card: DataCard) -> str:
    return card.application


app = cards_app(
    Kind(
        command="data",
        cards="samples",
        files="sample data",
        removed="collections made of them stay",
        example="pictures",
        open=_open,
        describe=_describe,
    )
)
