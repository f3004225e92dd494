import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from findalike.pipelines.flow import overlap


def test_everything_comes_in_order() -> None:
    assert list(overlap(range(100), depth=3)) == list(range(100))


def test_the_source_runs_ahead_in_a_thread_of_its_own() -> None:
    second = threading.Event()

    def source() -> Iterator[str]:
        yield threading.current_thread().name
        second.set()
        yield "second"

    elements = overlap(source())
    assert next(elements) == "stage"
    assert second.wait(10)
    assert list(elements) == ["second"]


def test_an_error_comes_in_its_turn() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise ValueError("two")

    elements = overlap(source())
    assert next(elements) == 1
    with pytest.raises(ValueError, match="two"):
        next(elements)


def test_closing_closes_the_source_even_when_it_is_ahead() -> None:
    closed = threading.Event()

    def source() -> Iterator[int]:
        try:
            number = 0
            while True:
                yield number
                number += 1
        finally:
            closed.set()

    with closing(overlap(source(), depth=1)) as elements:
        assert next(elements) == 0
    assert closed.is_set()
