from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findalike.decoders.blocks import Block, Document, clean
from findalike.decoders.passages import CHARACTERS_A_TOKEN, Passage, passages
from findalike.decoders.sentences import sentences


def words(text: str) -> int:
    return len(text.split())


def pieces(text: str) -> int:
    """Like a tokenizer's: a token for every three letters of a word, one for each other character."""
    return sum(-(-len(found) // 3) for found in re.findall(r"[a-zA-Z]+|\S", text))


def _cut(*blocks: Block, target: int = 10, limit: int = 100, language: str | None = None) -> list[Passage]:
    return list(passages(Document(blocks), limit, words, language=language, target_tokens=target))


def _texts(*blocks: Block, target: int = 10, limit: int = 100) -> list[str]:
    return [passage.text for passage in _cut(*blocks, target=target, limit=limit)]


def test_paragraphs_are_joined_up_to_the_target() -> None:
    one, two, three = Block("a a a a"), Block("b b b b b"), Block("c c c c")
    assert _texts(one, two, three) == ["a a a a\n\nb b b b b", "c c c c"]
    assert _texts(one, two, three, target=100) == ["a a a a\n\nb b b b b\n\nc c c c"]


def test_passages_of_a_section_are_about_equally_long() -> None:
    assert [text.count("a") for text in _texts(*[Block("a a a")] * 4)] == [6, 6]


def test_the_encoders_limit_is_kept_where_it_is_lower() -> None:
    assert _texts(Block("a a a"), Block("b b b"), limit=3) == ["a a a", "b b b"]


def test_a_heading_opens_a_passage_and_stays_with_its_text() -> None:
    found = _cut(
        Block("Intro."),
        Block("Tea", "heading", 1, 2),
        Block("Green", "heading", 2, 2),
        Block("It is green.", page=3),
        Block("Black", "heading", 2),
        Block("a " * 8 + "end. One more."),
        Block("Coffee", "heading", 1),
    )
    assert [(passage.text, passage.headings, passage.page) for passage in found] == [
        ("Intro.", (), None),
        ("Tea\n\nGreen\n\nIt is green.", ("Tea", "Green"), 2),
        ("Black\n\na a a a a a a a end.", ("Tea", "Black"), None),
        ("One more.", ("Tea", "Black"), None),
        ("Coffee", ("Coffee",), None),
    ]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    found = _cut(Block("One two three four. Five six seven eight. Nine ten eleven twelve."))
    assert [passage.text for passage in found] == [
        "One two three four. Five six seven eight.",
        "Nine ten eleven twelve.",
    ]
    assert found[0].sentences == ((0, 19), (20, 41))


def test_a_long_sentence_is_cut_between_words() -> None:
    found = _texts(Block(" ".join(f"word{number}" for number in range(16))), target=5)
    assert [words(text) for text in found] == [4, 4, 4, 4]
    assert all(text.startswith("word") for text in found)


def test_a_long_word_is_cut_anywhere() -> None:
    found = _texts(Block("x" * 100), target=2)
    assert "".join(found) == "x" * 100
    assert max(map(len, found)) <= 2 * CHARACTERS_A_TOKEN


def test_a_long_table_is_cut_between_rows() -> None:
    found = _texts(Block("\n".join(f"tea | {number}" for number in range(8)), "table"), target=7)
    assert found == [f"tea | {number}\ntea | {number + 1}" for number in range(0, 8, 2)]


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("Dr. Smith paid $3.50 on Jan. 5. He left!", "en", ["Dr. Smith paid $3.50 on Jan. 5.", "He left!"]),
        ("Er kam z. B. am Montag. Dann ging er.", "de", ["Er kam z. B. am Montag.", "Dann ging er."]),
        ("これは文です。次の文です！そうですか？", "ja", ["これは文です。", "次の文です！", "そうですか？"]),
        ("这是一句话。这是第二句！", None, ["这是一句话。", "这是第二句！"]),
        ("यह एक वाक्य है। यह दूसरा है।", "hi", ["यह एक वाक्य है।", "यह दूसरा है।"]),
        ("هل هذا سؤال؟ هذا جواب.", "ar", ["هل هذا سؤال؟", "هذا جواب."]),
        ("Wrapped\nlines are one. 😀 Two.", None, ["Wrapped\nlines are one.", "😀 Two."]),
    ],
)
def test_sentences(text: str, language: str | None, told: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(Block(text), language)] == told


def test_sentences_of_other_blocks() -> None:
    assert sentences(Block("Dr. No. Is it?", "heading", 1)) == [(0, 14)]
    assert sentences(Block("a. b\n  c", "code")) == [(0, 4), (7, 8)]
    assert sentences(Block("One. Two.\nThree", "list")) == [(0, 4), (5, 9), (10, 15)]


_LETTERS = st.sampled_from(
    [*list("aZ.!?:()|-\n\n  \t"), "。", "！", "é", "漢", "😀", "ि", " Dr. ", "\n\n", "word ", "\u2029", "x" * 40]
)
_BLOCK = st.builds(
    Block,
    st.lists(_LETTERS, min_size=1, max_size=60).map(lambda found: clean("".join(found))).filter(bool),
    st.sampled_from(["paragraph", "heading", "list", "table", "code"]),
    st.integers(1, 6),
    st.none() | st.integers(1, 3),
)


@given(st.lists(_BLOCK, max_size=8), st.integers(4, 60), st.integers(4, 60), st.sampled_from([words, pieces]))
def test_passages_hold_everything_once_in_order_and_within_the_limit(
    blocks: list[Block], limit: int, target: int, count: object
) -> None:
    assert callable(count)
    document = Document(tuple(blocks))
    found = list(passages(document, limit, count, target_tokens=target))
    text = document.text
    assert all(before.end <= after.start for before, after in pairwise(found))
    held = set()
    for passage in found:
        assert passage.text == text[passage.start : passage.end] == passage.text.strip() != ""
        assert count(passage.text) <= min(limit, target)
        held.update(range(passage.start, passage.end))
        ends = [place for span in passage.sentences for place in span]
        assert ends == sorted(ends)
        assert ends[0] == 0
        assert ends[-1] == len(passage.text)
        between = set(range(len(passage.text))).difference(*(range(start, end) for start, end in passage.sentences))
        assert "".join(passage.text[at] for at in between).strip() == ""
    assert all(text[at].isspace() for at in range(len(text)) if at not in held)
