"""Which language a text is written in, by py3langid (Lui and Baldwin, 2012, "langid.py: An Off-the-shelf Language
Identification Tool"; retrained)."""

from __future__ import annotations

from functools import cache
from typing import Any

SAMPLE = 3000
"""Characters that are looked at: more makes the answer no better, only later."""
_LEAST = 24
"""Bytes of letters in UTF-8 below which nothing is said: some four English words, eight Chinese characters."""
_SURE = 0.4
"""Of 26 languages a sentence each was given .63 to 1.0 for the right one, program code and names up to .24."""


def language(text: str) -> str | None:
    """The language of a text as an ISO 639-1 code, such as "en"; None if it is too short or not clearly in one.

    The first call in a process loads the model: 130 MB of memory, which is why it is not loaded before.
    """
    sample = text[:SAMPLE]
    if len("".join(filter(str.isalpha, sample)).encode("utf-8", "ignore")) < _LEAST:
        return None
    code, confidence = _identifier().classify(sample)
    # Languages without a code of two letters, and "no language" (zxx), have one of three.
    return str(code) if confidence >= _SURE and len(code) == 2 else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
