"""Words of a text, for ranking by BM25: the same analysis for what is stored and for what is asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

import snowballstemmer

from findalike.domain import Span

WORDS_LIMIT = 60_000
"""Bytes of words kept of one text; engines take a little more."""

# Words that stand in nearly every English text say nothing, and cost Milvus Lite a step for each text that has them.
_STOP = frozenset(
    """a about above after again against all am an and any are as at be because been before being below between both but
    by can cannot could did do does doing down during each few for from further had has have having he her here hers
    herself him himself his how i if in into is it its itself just me more most my myself no nor not now of off on once
    only or other our ours ourselves out over own same she should so some such than that the their theirs them
    themselves then there these they this those through to too under until up very was we were what when where which
    while who whom why will with would you your yours yourself yourselves s t don isn aren wasn weren doesn didn won
    """.split()  # noqa: SIM905
)
_WORD = re.compile(r"[^\W_]+")
# As it is written: with marks above and below its letters, which are no letters themselves.
_WRITTEN = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
# Scripts that write no spaces: Chinese, Japanese, Thai, Lao, Khmer, Burmese; Hangul words are long, so they are too.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)


def words(text: str) -> str:
    """The words of a text with single spaces between them: folded case, no accents, no punctuation, English stop words
    left out and English endings cut off (Porter, 2001, the Snowball "english" stemmer).

    Of scripts that write no spaces, every two neighbours are a word, as search engines for Chinese, Japanese and
    Korean do (McNamee and Mayfield, 2004). "" if there are none; at most WORDS_LIMIT bytes."""
    folded = unicodedata.normalize("NFKD", text.encode("utf-8", "ignore").decode()).casefold()
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    joined = " ".join(_pieces(unicodedata.normalize("NFC", plain)))
    if len(joined.encode()) <= WORDS_LIMIT:
        return joined
    return joined.encode()[:WORDS_LIMIT].decode("utf-8", "ignore").rpartition(" ")[0]


def spans(text: str, asked: AbstractSet[str]) -> list[Span]:
    """Where in a text the asked words stand, as `words` gives them: (start, end) in characters, in order; neighbours
    that touch are one."""
    found: list[Span] = []
    for start, end, _ in sorted(_found(text, asked)):
        if found and found[-1][1] >= start:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def shares(text: str, places: Sequence[Span], asked: AbstractSet[str]) -> list[float]:
    """How many of the asked words each part of a text has, from 0 to 1; a word counts less the more parts have it."""
    there = [{word for _, _, word in _found(text[start:end], asked)} for start, end in places]
    worth = {word: 1 / sum(word in one for one in there) for word in set().union(*there)}
    return [sum(worth[word] for word in one) / max(1, len(asked)) for one in there]


def _found(text: str, asked: AbstractSet[str]) -> Iterator[tuple[int, int, str]]:
    """The asked words in a text: (start, end, word), in no order."""
    starts = {_start(word) for word in asked}
    for written in set(_WRITTEN.findall(text)):
        if written.isascii() and (_start(written) not in starts or asked.isdisjoint(_of_written(written))):
            continue
        for start, end, word in _within(written, asked):
            at = text.find(written)
            while at >= 0:
                if not _goes_on(text[at - 1 : at]) and not _goes_on(text[at + len(written) : at + len(written) + 1]):
                    yield at + start, at + end, word
                at = text.find(written, at + 1)


def _within(written: str, asked: AbstractSet[str]) -> Iterator[tuple[int, int, str]]:
    """The asked words in what is written without a gap."""
    runs = () if written.isascii() else list(_UNSPACED.finditer(written))
    if not runs:
        yield from ((0, len(written), word) for word in _of_written(written) if word in asked)
    for run in runs:
        letters = run[0]
        for at in range(max(1, len(letters) - 1)):
            if letters[at : at + 2] in asked:
                start = run.start() + at
                yield start, start + len(letters[at : at + 2]), letters[at : at + 2]


def _start(word: str) -> str:
    """What an English word and its stem have in common ("dying" and "die"): finding a stem takes far longer."""
    return word[:2].lower().replace("y", "i")


def _goes_on(character: str) -> bool:
    return character.isalnum() or "\u0300" <= character <= "\u036f"


@lru_cache(maxsize=100_000)
def _of_written(word: str) -> tuple[str, ...]:
    return tuple(words(word).split())


def _pieces(text: str) -> Iterator[str]:
    for found in _WORD.findall(text):
        at = 0
        for run in _UNSPACED.finditer(found):
            if run.start() > at:
                yield from _stems(found[at : run.start()])
            letters = run[0]
            yield from (letters[i : i + 2] for i in range(max(1, len(letters) - 1)))
            at = run.end()
        if at < len(found):
            yield from _stems(found[at:])


def _stems(word: str) -> tuple[str, ...]:
    return () if word in _STOP else (_stem(word),)


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    # A stemmer keeps the word at hand in itself, so that threads cannot share one.
    return str(snowballstemmer.stemmer("english").stemWord(word))
