"""What is worked out of collections, and how long it is kept."""

from __future__ import annotations

import asyncio

from findalike.pipelines.derived import Derived


def test_it_is_made_anew_only_for_another_state_or_after_many_other_collections() -> None:
    made: list[str] = []

    async def ask(derived: Derived, collection: int, state: str) -> str:
        async def make() -> str:
            made.append(f"{collection} {state}")
            return made[-1]

        return await derived.get(collection, state, make)

    async def all_of_it() -> None:
        derived = Derived()
        for state in ("first", "first", "second", "second"):
            assert await ask(derived, 1, state) == f"1 {state}"
        assert made == ["1 first", "1 second"]
        for collection in (2, 3, 1, 4, 5):
            await ask(derived, collection, "second")
        await ask(derived, 1, "second")
        await ask(derived, 2, "second")
        assert made[2:] == ["2 second", "3 second", "4 second", "5 second", "2 second"]

    asyncio.run(all_of_it())
