"""Small records are decoded together; one that spoils it spoils nothing for the others."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future

import pytest

from findalike.decoders.failures import DecoderCrashed, too_slow
from findalike.errors import InvalidInput, Unavailable
from findalike.pipelines.decode import Decoded
from findalike.pipelines.together import Tried, shares, together


def test_small_ones_go_together_in_their_order_and_others_alone() -> None:
    sizes = [1, 1, None, 30_000, 5_000, 16_000, 3_000, None, *[1] * 70]
    groups = list(together(enumerate(sizes), lambda one: one[1]))
    assert [number for group in groups for number, _ in group] == list(range(len(sizes)))
    assert [len(group) for group in groups] == [2, 1, 1, 1, 2, 1, 64, 6]


def test_each_part_has_its_own_result_or_fault() -> None:
    whole: Future[list[Tried]] = Future()
    good, bad = shares(whole, 2)
    assert not good.done()
    decoded = Decoded([])
    whole.set_result([decoded, InvalidInput("No.")])
    assert good.result() is decoded
    with pytest.raises(InvalidInput, match="No"):
        bad.result()


@pytest.mark.parametrize("error", [DecoderCrashed("It crashed."), too_slow(3), RuntimeError("unexpected")])
def test_of_what_fails_as_a_whole_each_part_is_tried_again(error: Exception) -> None:
    whole: Future[list[Tried]] = Future()
    parts = shares(whole, 2)
    whole.set_exception(error)
    for part in parts:
        with pytest.raises(DecoderCrashed):
            part.result()


def test_a_server_that_stops_is_nobodys_fault() -> None:
    whole: Future[list[Tried]] = Future()
    (part,) = shares(whole, 1)
    whole.set_exception(Unavailable("The server is stopping."))
    with pytest.raises(Unavailable):
        part.result()
    cancelled: Future[list[Tried]] = Future()
    (part,) = shares(cancelled, 1)
    cancelled.cancel()
    with pytest.raises(CancelledError):
        part.result()
