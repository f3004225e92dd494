"""Words of a text, for ranking by BM25: the same analysis for what is stored and for what is asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

WORDS_LIMIT = 60_000
"""Bytes of words kept of one text; engines take a little more."""

_WORD = re.compile(r"[^\W_]+")
# Scripts that write no spaces: Chinese, Japanese, Thai, Lao, Khmer, Burmese; Hangul words are long, so they are too.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)


def words(text: str) -> str:
    """The words of a text with single spaces between them: folded case, no accents, no punctuation.

    Of scripts that write no spaces, every two neighbours are a word, as search engines for Chinese, Japanese and
    Korean do (McNamee and Mayfield, 2004). "" if there are none; at most WORDS_LIMIT bytes."""
    folded = unicodedata.normalize("NFKD", text.encode("utf-8", "ignore").decode()).casefold()
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    joined = " ".join(_pieces(unicodedata.normalize("NFC", plain)))
    if len(joined.encode()) <= WORDS_LIMIT:
        return joined
    return joined.encode()[:WORDS_LIMIT].decode("utf-8", "ignore").rpartition(" ")[0]


def _pieces(text: str) -> Iterator[str]:
    for found in _WORD.findall(text):
        at = 0
        for run in _UNSPACED.finditer(found):
            if run.start() > at:
                yield found[at : run.start()]
            letters = run[0]
            yield from (letters[i : i + 2] for i in range(max(1, len(letters) - 1)))
            at = run.end()
        if at < len(found):
            yield found[at:]
