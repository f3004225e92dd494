"""Quoted answers: which sentences, in which order, and when none."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from findalike.answers import NOTHING, Passage, Said
from findalike.answers.extractive import BUDGET, Extractive
from findalike.decoders.blocks import Block
from findalike.decoders.sentences import sentences
from findalike.domain import Sentence


def read(number: int, title: str, text: str, score: float | None = None, near: str = "") -> Passage:
    """A passage as a search finds it; its sentences that begin with `near` are the nearest."""
    found = [
        Sentence((start, end), 0.9 if near and text.startswith(near, start) else 0.1)
        for start, end in sentences(Block(text))
    ]
    return Passage(number, title, text, score=score, sentences=found)


ABOUT_CATS = "All about cats\n\nCats sleep most of the day. Do cats dream? They hunt at night [3]."
CATS = read(1, "Cats", ABOUT_CATS, score=0.2)
DOGS = read(2, "Dogs", "Dogs sleep half of the day. A dog needs a walk every day.", score=0.2)
STORED = Passage(3, "q", "How long do cows sleep?", answer="Four hours.", score=0.6)


class Nearness:
    """Gives texts the nearness that a test says, 0 to others; keeps what was compared."""

    def __init__(self, **known: float):
        self.known = known
        self.compared: list[str] = []

    async def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.compared += texts
        return np.array([self.known.get(text.split()[0], 0.0) for text in texts], np.float32)


def answered(compare: Nearness, *passages: Passage, question: str = "How long do cats sleep?") -> tuple[str, bool]:
    async def collect() -> list[str | Said]:
        return [piece async for piece in Extractive(compare, 0.3).answer(question, [], passages)]

    found = asyncio.run(collect())
    assert isinstance(found[-1], Said)
    return "".join(piece for piece in found if isinstance(piece, str)), found[-1].found


def test_the_nearest_sentences_are_quoted_by_passage_in_their_order() -> None:
    nearness = Nearness(Cats=0.7, They=0.75, Dogs=0.7, A=0.5)
    text, found = answered(nearness, CATS, DOGS)
    assert text == "Cats sleep most of the day. [1] They hunt at night (3). [1] Dogs sleep half of the day. [2]"
    assert found
    assert not any(sentence.endswith("?") for sentence in nearness.compared)
    assert "All about cats" not in nearness.compared


@pytest.mark.parametrize(
    ("near", "passages", "expected"),
    [
        ({"Cats": 0.59}, (CATS, STORED), "Four hours. [3]"),
        ({"Cats": 0.61}, (CATS, STORED), "Cats sleep most of the day. [1]"),
        ({"Cats": 0.29}, (CATS,), NOTHING),
        ({"Cats": 0.29}, (CATS, replace(DOGS, score=0.31)), "Cats sleep most of the day. [1]"),
        ({}, (), NOTHING),
    ],
)
def test_a_stored_answer_or_a_sentence_whichever_is_nearer(
    near: dict[str, float], passages: tuple[Passage, ...], expected: str
) -> None:
    assert answered(Nearness(**near), *passages) == (expected, expected != NOTHING)


def test_a_question_that_only_its_words_led_to_is_compared_too() -> None:
    found = Passage(1, "q", "How long do cows sleep?", answer="Four hours.")
    assert answered(Nearness(How=0.8), found)[0] == "Four hours. [1]"
    assert answered(Nearness(How=0.1), found)[0] == NOTHING


def test_only_some_sentences_are_encoded_those_that_the_search_found_nearest_first() -> None:
    text = " ".join(f"Number {n} is about something else entirely, as it seems." for n in range(60))
    nearness = Nearness(Cats=0.5)
    many = read(1, "Many", f"{text} Cats sleep for most of the day.", near="Cats")
    assert answered(nearness, many)[0] == "Cats sleep for most of the day. [1]"
    assert sum(map(len, nearness.compared)) <= BUDGET
    assert nearness.compared[0] == "Cats sleep for most of the day."


def test_tables_and_endless_sentences_are_not_quoted_as_sentences() -> None:
    odd = read(1, "Odd", "| 1 | 22 | 333 | 4 | 55 | = 6 |\n\n" + "cats sleep and " * 100)
    nearness = Nearness()
    assert answered(nearness, odd)[0] == NOTHING
    assert nearness.compared == []
    # Yet if the passage is about it, it is shown.
    text = answered(nearness, replace(odd, score=0.5))[0]
    assert text.startswith("| 1 | 22 | 333 | 4 | 55 | = 6 | cats sleep")
    assert text.endswith(" … [1]")
    assert len(text) < 420


def test_other_scripts_are_quoted() -> None:
    sentence = "猫は一日の大半を眠って過ごします。"
    text, found = answered(Nearness(**{sentence: 0.6}), read(1, "猫", sentence), question="猫")
    assert (text, found) == (f"{sentence} [1]", True)
