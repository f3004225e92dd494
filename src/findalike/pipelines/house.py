"""The engines of one running findalike, opened and closed together."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from findalike.applications.base import Application
from findalike.applications.registry import Applications
from findalike.catalog import Catalog
from findalike.decoders.failures import DecoderCrashed
from findalike.decoders.pool import DecoderPool
from findalike.domain import Collection, Generation, Item, Place, Source
from findalike.encoders.registry import Encoders
from findalike.errors import FindalikeError, NotFound, Unavailable, UndecodableMedia
from findalike.jobs.worker import Cancelled, Stopping
from findalike.media.store import MediaStore
from findalike.models.cache import ModelCache
from findalike.models.datasets import DataCache, DataCards
from findalike.models.registry import Registry
from findalike.models.samples import SAMPLES
from findalike.pipelines.decode import Decoded, Recipe, decode, decode_parts, playable
from findalike.pipelines.derived import Derived
from findalike.pipelines.learned import Learned
from findalike.settings import Settings
from findalike.vectors import IndexKind, TableSpec, VectorStore
from findalike.vectors.milvus import MilvusStore

log = logging.getLogger(__name__)


PRELOAD = ("findalike.pipelines.decode", "findalike.pipelines.contents")
"""What decoder processes need; see DecoderPool."""


@dataclass(frozen=True)
class QueryFrame:
    """A file to search with that is gone when its socket is."""

    source: Source
    sha256: str


@dataclass
class House:
    """Everything the pipelines work with."""

    settings: Settings
    applications: Applications
    catalog: Catalog
    vectors: VectorStore
    media: MediaStore
    decoders: DecoderPool
    models: Registry
    model_cache: ModelCache
    data_cache: DataCache
    samples: DataCards
    encoders: Encoders
    learned: Learned
    frames: dict[str, QueryFrame] = field(default_factory=dict)
    """Files to search with that live sockets hold at this moment, by media id; they are in no catalog."""
    derived: Derived = field(default_factory=Derived)
    _writing: dict[int, threading.RLock] = field(default_factory=dict)

    @classmethod
    def open(cls, settings: Settings, milvus_uri: str, applications: Applications) -> House:
        """Open all engines; nothing is loaded or fetched yet."""
        models = Registry(settings.models)
        cache = ModelCache(settings.cache_dir)
        catalog = Catalog(settings.catalog_url)
        token = settings.milvus_token.get_secret_value() if settings.milvus_token else ""
        return cls(
            settings=settings,
            applications=applications,
            catalog=catalog,
            vectors=MilvusStore(milvus_uri, token, settings.milvus_timeout, prefix=f"fa_{catalog.keys.identity()}_"),
            media=MediaStore(settings.data_dir / "media"),
            decoders=DecoderPool(
                settings.decoder_processes,
                settings.decoder_timeout,
                settings.decoder_memory,
                preload=PRELOAD,
                capacity=settings.queue_limit,
            ),
            models=models,
            model_cache=cache,
            data_cache=DataCache(settings.cache_dir),
            samples=DataCards(SAMPLES),
            encoders=Encoders(models, cache, settings.encoder_threads),
            learned=Learned(catalog.trainings, applications),
        )

    def close(self) -> None:
        self.decoders.close()
        self.vectors.close()
        self.catalog.close()

    @contextmanager
    def writing(self, collection_id: int) -> Iterator[None]:
        """Held from an item's write in the catalog to its write in Milvus, so that both happen in one order."""
        # Two threads that come first at once must get the same lock: setdefault is one step, a defaultdict is two.
        with self._writing.setdefault(collection_id, threading.RLock()):
            yield

    def current(self, collection: Collection) -> Collection:
        """The collection as it is now. Raises NotFound if it was dropped."""
        found = self.catalog.collections.by_id(collection.id)
        if found is None:
            raise NotFound("This collection was dropped meanwhile.")
        return found

    def application(self, collection: Collection) -> Application:
        """A collection's application, as it works for this collection."""
        return self.applications.get(collection.application).of(collection.options)

    def source(self, item: Item) -> Source:
        """An item's original, as applications want it."""
        return self.source_of(item.name, item.media_sha256, item.media_type, item.record, item.payload)

    def source_of(
        self, name: str, sha256: str | None, media_type: str | None, record: object, payload: bytes | None
    ) -> Source:
        path = str(self.media.path(sha256)) if sha256 else None
        return Source(name, path, media_type, record if isinstance(record, dict) else {}, payload)

    def decoded(self, recipe: Recipe, source: Source, future: Future[Decoded], after: Place | None = None) -> Decoded:
        """What a decoder process made of a file, or of what is in it after a place.

        Raises what the user can mend (status below 500) and Unavailable for what is not the file's fault."""
        try:
            try:
                return future.result()
            except DecoderCrashed:
                # A process may die of something else; a file that kills two is guilty.
                return self.decoders.submit(decode, recipe, source, after).result()
        except FindalikeError:
            raise
        except CancelledError as error:
            raise Unavailable("The server is stopping.", retry_after=5) from error
        except Exception as error:
            log.exception("Decoding %s failed", source.name)
            raise UndecodableMedia(f"It cannot be decoded ({error}).") from error

    def parts(
        self,
        recipe: Recipe,
        source: Source,
        future: Future[Decoded],
        check: Callable[[], None],
        after: Place | None = None,
    ) -> Iterator[Decoded]:
        """All that decoder processes make of a file: `future` is its first part (`decode`, after the same place); if
        there is more, a process of its own goes on. While it is awaited, `check` is called, and may raise.

        Raises as `decoded`."""
        part = self.decoded(recipe, source, future, after)
        yield part
        crashes = 0
        while part.more:
            after = part.segments[-1].place if part.segments else after
            size = Path(source.path).stat().st_size if source.path else 0
            try:
                with closing(
                    self.decoders.stream(decode_parts, recipe, source, after, size=size, check=check)
                ) as stream:
                    for part in stream:
                        yield part
                        after, crashes = part.segments[-1].place if part.segments else after, 0
            except DecoderCrashed:
                crashes += 1
                if crashes > 1:
                    raise
            except (FindalikeError, Cancelled, Stopping):
                raise
            except Exception as error:
                log.exception("Decoding %s failed", source.name)
                raise UndecodableMedia(f"It cannot be decoded ({error}).") from error

    def playable(self, application: Application, sha256: str) -> Path:
        """Where the version of an original for browsers lies, if it needed one."""
        return self.settings.data_dir / "previews" / sha256[:2] / f"{application.name}-{sha256}-play-v1"

    def make_playable(self, application: Application, source: Source, sha256: str, check: Callable[[], None]) -> None:
        """Make the version of an original for browsers, if it needs one and has none. An original that cannot be
        played can be searched all the same. `check` is called now and then, and may raise."""
        target = self.playable(application, sha256)
        if target.exists() or source.path is None:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(f".{secrets.token_hex(4)}")
        size = Path(source.path).stat().st_size
        try:
            for _ in self.decoders.stream(playable, application, source, str(part), size=size, check=check):
                pass
            if part.exists():
                part.replace(target)
        except UndecodableMedia as error:
            log.warning("%s cannot be made playable: %s", source.name, error.detail)
        finally:
            part.unlink(missing_ok=True)

    def create_tables(self, collection: Collection, generation: Generation) -> None:
        """Make the Milvus collections of a generation, where they are missing; each takes a server seconds."""
        specs = [
            TableSpec(
                collection.table(generation, vector),
                setting.dimension,
                setting.metric,
                cast("IndexKind", setting.index),
                generation.fields,
            )
            for vector, setting in generation.vectors.items()
        ]
        with ThreadPoolExecutor(len(specs)) as threads:
            list(threads.map(self.vectors.create, specs))

    def settle_tables(self, collection: Collection, generation: Generation) -> None:
        """Let the engine bring what was written into its fastest form; nothing is lost without it."""
        for vector in generation.vectors:
            self.vectors.settle(collection.table(generation, vector))

    def drop_tables(self, collection: Collection, generation: Generation) -> None:
        for vector in generation.vectors:
            self.vectors.drop(collection.table(generation, vector))
