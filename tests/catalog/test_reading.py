"""What a search reads by the driver itself is what SQLAlchemy reads."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from findalike.catalog import Catalog
from findalike.catalog.items import ItemDraft, Written
from findalike.domain import VectorSetting


def test_a_snapshot_gives_items_and_segments_as_they_were_written(tmp_path: Path) -> None:
    with closing(Catalog(f"sqlite:///{tmp_path}/catalog.sqlite")) as catalog:
        vectors = {"meaning": VectorSetting("tiny-text", 2, "COSINE")}
        collection, _ = catalog.collections.create("text-search", "texts", "", vectors, {})
        drafts = [
            ItemDraft(
                f"{number:04}",
                f"Name {number} – “ß”",
                metadata={"n": number, "deep": {"list": [1.5, None, "ä"]}},
                # The second has a fingerprint that SQL keeps as a negative number.
                segments=[({"at": number}, 7, "Text", None), ({}, 2**64 - 1 - number, None, None)],
            )
            for number in range(600)
        ]
        with catalog.database.write() as connection:
            written = catalog.items.write(connection, collection, drafts, "update")
        ids = [id for one in written for id in one.segment_ids]
        with catalog.items.snapshot() as snapshot:
            outline = snapshot.outline([*ids, 10**6])
            found = snapshot.hydrate([*ids, 10**6])
            names = snapshot.item_ids([number for number, _ in outline.values()])
        items = catalog.items.get_many(collection, [draft.id for draft in drafts[:500]])
        items += catalog.items.get_many(collection, [draft.id for draft in drafts[500:]])
        expected = {part.id: (item, part) for item in items for part in catalog.items.segments_of(item)}
        assert found == expected
        assert len(found) == 1200
        assert outline == {id: (item.number, part.fingerprint) for id, (item, part) in expected.items()}
        assert names == {item.number: item.id for item in items}


def test_every_change_of_items_is_another_state(tmp_path: Path) -> None:
    with closing(Catalog(f"sqlite:///{tmp_path}/catalog.sqlite")) as catalog:
        vectors = {"meaning": VectorSetting("tiny-text", 2, "COSINE")}
        collection, _ = catalog.collections.create("text-search", "texts", "", vectors, {})
        other, _ = catalog.collections.create("text-search", "others", "", vectors, {})
        states = [catalog.items.state(collection)]

        def write(*drafts: ItemDraft) -> list[Written]:
            with catalog.database.write() as connection:
                return catalog.items.write(connection, collection, drafts, "update")

        written = write(ItemDraft("a", "A", segments=[({"at": 1}, None, None, None)]), ItemDraft("b", "B"))
        states.append(catalog.items.state(collection))
        with catalog.database.write() as connection:
            catalog.items.mark(connection, written)
        states.append(catalog.items.state(collection))
        catalog.items.change(collection, "a", {"named": {"1": "Ada"}})
        states.append(catalog.items.state(collection))
        write(ItemDraft("a", "A", first=1, segments=[({"at": 2}, None, None, None)]))
        states.append(catalog.items.state(collection))
        catalog.items.delete(collection, "b")
        states.append(catalog.items.state(collection))
        write(ItemDraft("b", "B"))
        states.append(catalog.items.state(collection))
        assert len(set(states)) == 7
        assert catalog.items.state(collection) == states[-1]
        assert catalog.items.state(other) == states[0]
