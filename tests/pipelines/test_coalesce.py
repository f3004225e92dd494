import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findalike.errors import Overloaded
from findalike.pipelines.coalesce import Coalescer


class Recorder:
    """Doubles numbers; the first batch waits for `gate`."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, list[int]]] = []
        self.gate = threading.Event()
        self.entered = threading.Event()

    def __call__(self, key: str, questions: Sequence[int]) -> list[int]:
        self.batches.append((key, list(questions)))
        self.entered.set()
        assert self.gate.wait(10)
        return [2 * one for one in questions]


def make(
    recorder: Recorder, executor: ThreadPoolExecutor, limit: int = 4, capacity: int = 100
) -> Coalescer[str, int, int]:
    return Coalescer(recorder, executor, limit=lambda _: limit, capacity=capacity)


def test_a_lone_question_is_asked_alone_and_at_once() -> None:
    async def scenario() -> None:
        recorder = Recorder()
        recorder.gate.set()
        with ThreadPoolExecutor() as executor:
            assert await make(recorder, executor).ask("a", 21) == 42
        assert recorder.batches == [("a", [21])]

    asyncio.run(scenario())


def test_what_arrives_during_an_answer_goes_together_up_to_the_limit() -> None:
    async def scenario() -> None:
        recorder = Recorder()
        with ThreadPoolExecutor() as executor:
            coalescer = make(recorder, executor)
            asked = [asyncio.create_task(coalescer.ask("a", 0))]
            await asyncio.to_thread(recorder.entered.wait, 10)
            asked += [asyncio.create_task(coalescer.ask("a", n)) for n in range(1, 7)]
            await asyncio.sleep(0)
            recorder.gate.set()
            assert await asyncio.gather(*asked) == [2 * n for n in range(7)]
        assert recorder.batches == [("a", [0]), ("a", [1, 2, 3, 4]), ("a", [5, 6])]

    asyncio.run(scenario())


def test_keys_do_not_mix() -> None:
    async def scenario() -> None:
        recorder = Recorder()
        recorder.gate.set()
        with ThreadPoolExecutor() as executor:
            coalescer = make(recorder, executor)
            await asyncio.gather(coalescer.ask("a", 1), coalescer.ask("b", 2))
        assert sorted(recorder.batches) == [("a", [1]), ("b", [2])]

    asyncio.run(scenario())


def test_a_question_whose_asker_has_gone_is_not_asked() -> None:
    async def scenario() -> None:
        recorder = Recorder()
        with ThreadPoolExecutor() as executor:
            coalescer = make(recorder, executor)
            first = asyncio.create_task(coalescer.ask("a", 0))
            await asyncio.to_thread(recorder.entered.wait, 10)
            gone, stays = (asyncio.create_task(coalescer.ask("a", n)) for n in (1, 2))
            await asyncio.sleep(0)
            gone.cancel()
            await asyncio.sleep(0)
            recorder.gate.set()
            assert await first == 0
            assert await stays == 4
            assert coalescer.pending == 0
        assert recorder.batches == [("a", [0]), ("a", [2])]

    asyncio.run(scenario())


def test_too_many_waiting_is_refused() -> None:
    async def scenario() -> None:
        recorder = Recorder()
        with ThreadPoolExecutor() as executor:
            coalescer = make(recorder, executor, capacity=2)
            asked = [asyncio.create_task(coalescer.ask("a", n)) for n in range(2)]
            await asyncio.sleep(0)
            with pytest.raises(Overloaded) as refused:
                await coalescer.ask("a", 9)
            assert refused.value.retry_after == 1
            recorder.gate.set()
            assert await asyncio.gather(*asked) == [0, 2]

    asyncio.run(scenario())


def test_an_error_reaches_all_of_its_batch_and_nobody_else() -> None:
    def answer(_key: str, questions: Sequence[int]) -> list[int]:
        if 13 in questions:
            raise ValueError("unlucky")
        return list(questions)

    async def scenario() -> None:
        with ThreadPoolExecutor() as executor:
            coalescer: Coalescer[str, int, int] = Coalescer(answer, executor, limit=lambda _: 8, capacity=8)
            with pytest.raises(ValueError, match="unlucky"):
                await coalescer.ask("a", 13)
            assert await coalescer.ask("a", 1) == 1

    asyncio.run(scenario())


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 99)), max_size=30), st.integers(1, 7))
def test_coalesced_equals_alone(questions: list[tuple[str, int]], limit: int) -> None:
    def answer(key: str, asked: Sequence[int]) -> list[str]:
        assert len(asked) <= limit
        return [f"{key}{one}" for one in asked]

    async def scenario() -> list[str]:
        with ThreadPoolExecutor() as executor:
            coalescer: Coalescer[str, int, str] = Coalescer(answer, executor, limit=lambda _: limit, capacity=99)
            return list(await asyncio.gather(*(coalescer.ask(*one) for one in questions)))

    assert asyncio.run(scenario()) == [f"{key}{number}" for key, number in questions]
