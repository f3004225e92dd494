"""Data cards: samples that a new user can load at once, and the cache of their files."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from findalike.domain import FieldType
from findalike.errors import NotFound, Unavailable
from findalike.models import ratings, tables, texts
from findalike.models.archives import read_members
from findalike.models.cards import FileSource
from findalike.models.sources import Progress
from findalike.models.store import FileState, FileStore, silent

Member = tuple[str, bytes, Mapping[str, Any]]
"""Name, content and metadata of one thing of a sample."""


class DataFile(FileSource):
    """One file of a sample, and what to take out of it.

    `members`: paths inside the archive, `*` standing for anything; of a file that is no archive, leave it out.
    `metadata`: by the name of a member without its folders; where it is given, only what it names is taken.
    `labels`: by the folder of a member (the end of its path will do); where they are given, likewise.
    """

    licence: str
    members: tuple[str, ...] = ()
    metadata: dict[str, dict[str, Any]] = Field(default_factory=dict)
    labels: dict[str, str] = Field(default_factory=dict)


class DataCard(BaseModel):
    """A sample for one application.

    `format`: what is made of the members.
    - "files": each is a file as it is.
    - "digits": a gzipped CSV, whose rows are a vector and its label.
    - "topics", "pages", "conversations", "comprehension": pages and tables of texts, see texts.py.
    - "molecules", "chemicals", "genes": tables of molecules or sequences, see tables.py.
    - "atomic": tables of items and ratings, see ratings.py.

    `fields` and `dimension` are what its collection declares.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    title: str
    application: str
    files: tuple[DataFile, ...] = Field(min_length=1)
    format: Literal[
        "files",
        "digits",
        "topics",
        "pages",
        "conversations",
        "comprehension",
        "molecules",
        "chemicals",
        "genes",
        "atomic",
    ] = "files"
    fields: dict[str, FieldType] = Field(default_factory=dict)
    dimension: int | None = None

    @property
    def licence(self) -> str:
        """The licences of all files, each once."""
        return "; ".join(dict.fromkeys(file.licence for file in self.files))


class DataCards:
    """Data cards by name."""

    def __init__(self, cards: Iterable[DataCard]) -> None:
        self._cards = {card.name: card for card in cards}

    def get(self, name: str) -> DataCard:
        """The card of this name. Raises NotFound, naming the cards there are."""
        try:
            return self._cards[name]
        except KeyError:
            there = ", ".join(sorted(self._cards))
            raise NotFound(f"There is no sample {name!r}. There are: {there}.") from None

    def of(self, application: str) -> list[DataCard]:
        """An application's cards, the one to offer first in front."""
        return [card for card in self._cards.values() if card.application == application]

    def __iter__(self) -> Iterator[DataCard]:
        return iter(self._cards.values())


class DataCache:
    """The files of data cards under `cache_dir`."""

    def __init__(self, cache_dir: Path) -> None:
        self._store = FileStore(cache_dir / "data")

    def fetch(self, card: DataCard, progress: Progress = silent) -> None:
        """Fetch all files. Raises Unavailable with a sentence that says what to fetch, and how."""
        for file in card.files:
            self._fetched(card, file, progress)

    def fetched(self, card: DataCard) -> bool:
        return all(state.fetched for state in self.states(card))

    def states(self, card: DataCard) -> list[FileState]:
        return [self._store.state(file) for file in card.files]

    def verify(self, card: DataCard) -> list[str]:
        """Recompute every hash; a sentence for each problem."""
        return [problem for file in card.files for problem in self._store.problems(file)]

    def remove(self, card: DataCard, keep: Iterable[DataCard] = ()) -> int:
        """Delete the card's files, but not those of cards to keep; the bytes freed."""
        kept = {file.key for other in keep for file in other.files}
        return sum(self._store.remove(file) for file in card.files if file.key not in kept)

    def members(self, card: DataCard, progress: Progress = silent) -> Iterator[Member]:
        """What the sample holds, fetched first if need be.

        Of format "digits": `digit-0001`, float32 little-endian bytes of the vector, {"label": 7}. Of all others files:
        name, bytes, metadata.
        """
        for file in card.files:
            path = self._fetched(card, file, progress)
            found = read_members(path, file.members) if file.members else [(file.name, path.read_bytes())]
            if card.format == "genes":
                yield *tables.genes(dict(found)), {}
                continue
            for inside, content in found:
                name = PurePosixPath(inside).name
                if card.format == "digits":
                    yield from _digits(content)
                elif card.format != "files":
                    yield from ((made, data, {}) for made, data in _texts(card.format, inside, content))
                elif file.labels:
                    folder = next((one for one in file.labels if inside.endswith(f"/{one}/{name}")), None)
                    if folder is not None:
                        yield name, content, {"label": file.labels[folder]}
                elif not file.metadata or name in file.metadata:
                    yield name, content, file.metadata.get(name, {})

    def _fetched(self, card: DataCard, file: DataFile, progress: Progress) -> Path:
        try:
            return self._store.fetched(file, f"findalike data fetch {card.name}", progress)
        except Unavailable as error:
            raise Unavailable(f"Sample {card.name}: {error.detail}") from error


def _texts(format: str, inside: str, content: bytes) -> Iterator[texts.File]:
    match format:
        case "topics":
            yield from texts.topics(content)
        case "pages":
            # Pages are told apart by their folders: every folder has its index.
            folder, name = PurePosixPath(inside).parts[-2:]
            yield f"{folder}-{PurePosixPath(name).stem}.html", texts.page(content.decode())
        case "atomic":
            yield ratings.atomic(inside, content)
        case "conversations":
            yield texts.conversations(inside, content)
        case "molecules":
            yield tables.molecules(inside, content)
        case "chemicals":
            yield tables.chemicals(content)
        case _:
            yield texts.comprehension(inside, content)


def _digits(content: bytes) -> Iterator[Member]:
    rows = csv.reader(io.StringIO(gzip.decompress(content).decode()))
    for number, row in enumerate(rows, start=1):
        *pixels, label = (int(float(value)) for value in row)
        yield f"digit-{number:04}", np.array(pixels, "<f4").tobytes(), {"label": label}
