"""The cache of model files: fetched on first use, verified, converted once where they are not ONNX."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from findalike.errors import ModelUnavailable, Unavailable
from findalike.models.cards import FileSource, ModelCard
from findalike.models.sources import Progress
from findalike.models.store import FileState, FileStore, silent


class ModelCache:
    """The files of model cards under `cache_dir`. Cards that share a file share it here."""

    def __init__(self, cache_dir: Path) -> None:
        self._store = FileStore(cache_dir / "models")

    def file(self, card: ModelCard, role: str, progress: Progress = silent) -> Path:
        """The path of one of the card's files, e.g. "model" or "tokenizer"; fetched if need be.

        Raises ModelUnavailable with a sentence that says what to fetch, and how.
        """
        try:
            return self._store.member(card.files[role], f"findalike models fetch {card.name}", progress)
        except Unavailable as error:
            raise ModelUnavailable(f"Model {card.name}: {error.detail}") from error

    def converted(
        self, card: ModelCard, role: str, tag: str, convert: Callable[[Path, Path], None], progress: Progress = silent
    ) -> Path:
        """What `convert(from, to)` makes of a file, made once; `tag` has the converter's name and version."""
        return self._store.derived(self.file(card, role, progress), tag, convert)

    def fetch(self, card: ModelCard, progress: Progress = silent) -> None:
        """Fetch everything that the card needs."""
        for role in card.files:
            self.file(card, role, progress)

    def fetched(self, card: ModelCard) -> bool:
        """Whether all of the card's files are there. A card without files always is."""
        return all(state.fetched for state in self.states(card))

    def states(self, card: ModelCard) -> list[FileState]:
        """What is there of the card's files; each file once."""
        return [self._store.state(source) for source in _distinct(card.files.values())]

    def verify(self, card: ModelCard) -> list[str]:
        """Recompute every hash; a sentence for each problem, so an empty list is good news."""
        return [problem for source in _distinct(card.files.values()) for problem in self._store.problems(source)]

    def remove(self, card: ModelCard, keep: Iterable[ModelCard] = ()) -> int:
        """Delete the card's files and all made of them, but not those of cards to keep; the bytes freed."""
        kept = {source.key for other in keep for source in other.files.values()}
        return sum(self._store.remove(s) for s in _distinct(card.files.values()) if s.key not in kept)


def _distinct(sources: Iterable[FileSource]) -> list[FileSource]:
    return list({source.key: source for source in sources}.values())
