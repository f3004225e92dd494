"""How many tokens a text has, for cutting texts to what an encoder reads. Light enough for decoder processes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from findalike.errors import InvalidInput


class TokenCounter:
    """Counts a tokenizer's tokens of texts, special ones left out: `extra` says how many of those it adds to each."""

    def __init__(self, tokenizer: Path) -> None:
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # tokenizers raises bare Exception
            raise InvalidInput(f"{tokenizer.name} cannot be read as a tokenizer: {error}.") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.extra: int = self._tokenizer.num_special_tokens_to_add(False)

    def __call__(self, text: str) -> int:
        # Encoders are given texts with single spaces.
        return len(self._tokenizer.encode(" ".join(text.split()), add_special_tokens=False))


@lru_cache(maxsize=4)
def token_counter(tokenizer: str) -> TokenCounter:
    """The counter of a tokenizer.json, loaded once in a process. Raises InvalidInput."""
    return TokenCounter(Path(tokenizer))
