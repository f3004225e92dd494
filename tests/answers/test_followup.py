"""What is searched for a question that follows another."""

from __future__ import annotations

import pytest

from findalike.answers.followup import follows, in_context


@pytest.mark.parametrize(
    ("question", "before", "searched"),
    [
        ("and on Windows?", ["How do I install it on Linux?"], "and on Windows? install Linux"),
        ("How do I install the printer?", ["What does shipping cost?"], "How do I install the printer?"),
        ("How much is it?", ["Do you ship to Iceland?"], "How much is it? ship Iceland"),
        ("Why?", ["Do cats sleep?", "and dogs?"], "Why? cats sleep"),
        ("And dogs?", ["And cats?", "and birds?"], "And dogs? cats"),
        ("And now?", [], "And now?"),
        ("Windows?", ["Install on windows"], "Windows? Install"),
    ],
)
def test_what_a_question_leaves_out_is_added(question: str, before: list[str], searched: str) -> None:
    assert in_context(question, before) == searched


def test_a_whole_question_follows_nothing() -> None:
    assert not follows("How do I return a broken lamp?")
    assert not follows("Was kostet der Versand nach Österreich?")
