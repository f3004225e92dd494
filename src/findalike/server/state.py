"""What one server process holds, and how routes get at it."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Annotated

from fastapi import Depends, Request

from findalike.answers.language import LanguageModel, OpenAiModel
from findalike.catalog.database import now
from findalike.catalog.keys import Key
from findalike.domain import Collection, Job, VectorSetting
from findalike.errors import FindalikeError, InvalidInput
from findalike.jobs.worker import Worker
from findalike.pipelines.cursor import Cursors
from findalike.pipelines.embed import Embedder
from findalike.pipelines.house import House
from findalike.pipelines.ingest import Ingest
from findalike.pipelines.map import MakeMap, Mapped
from findalike.pipelines.operate import BoundContext
from findalike.pipelines.rebuild import Rebuild, Reindex
from findalike.pipelines.search import Searcher
from findalike.pipelines.sweep import Sweeper
from findalike.pipelines.train import Evaluate, FirstTraining, Train
from findalike.server.schemas import JobOut

log = logging.getLogger(__name__)

_SWEEP = 60.0


class State:
    """The engines, the pipelines, and the background work of one process."""

    def __init__(self, house: House):
        self.house = house
        settings = house.settings
        self.executor = ThreadPoolExecutor(16, thread_name_prefix="search")
        self.searcher = Searcher(house, self.executor)
        self.sweeper = Sweeper(house)
        self.language_model: LanguageModel | None = OpenAiModel(settings) if settings.llm_base_url else None
        embedder = Embedder(house.models, house.encoders, settings.encode_batch)
        self.worker = Worker(
            house.catalog.work,
            {
                "ingest": Mapped(house, FirstTraining(house, Ingest(house, embedder))),
                "rebuild": Mapped(house, Rebuild(house, embedder)),
                "reindex": Reindex(house, embedder),
                "map": MakeMap(house),
                "train": Mapped(house, Train(house, embedder)),
                "evaluate": Evaluate(house),
            },
            threads=settings.job_threads,
            lease=settings.job_lease,
            open_timeout=settings.open_job_timeout,
            after=self.sweeper.clear_dropped,
        )
        self.cursors = Cursors(house.catalog.keys.cursor_secret())
        self.warm: dict[str, str] = {}
        self.started = asyncio.Event()
        self.stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def context(self, collection: Collection, asker: str | None) -> BoundContext:
        """What searches and operations of a collection work with, for one call."""
        return BoundContext(self.house, self.searcher, self.language_model, collection, asker)

    def start(self) -> None:
        """Begin the background work. This process is the only worker of its catalog, so leases of others are void."""
        self.house.catalog.work.evict()
        self._tasks = [asyncio.create_task(self._sweep()), asyncio.create_task(self._warm())]

    def tidy(self) -> None:
        """Clear up after a deletion now, and not at the next sweep."""
        task = asyncio.create_task(self._sweep_once())
        self._tasks.append(task)
        task.add_done_callback(self._tasks.remove)

    async def stop(self) -> None:
        """Stop after the batches under way."""
        self.stopping.set()
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        if self.language_model:
            await self.language_model.close()
        await asyncio.to_thread(self.worker.stop)
        self.executor.shutdown(wait=True, cancel_futures=True)

    async def _sweep(self) -> None:
        """Reconcile, then let the worker begin, then tidy up every minute."""
        try:
            await asyncio.to_thread(self.sweeper.at_start)
        except FindalikeError as error:
            log.error("What the last run left could not be put right yet: %s", error.detail)
        except Exception:
            log.exception("The sweep at start failed")
        self.worker.start()
        while True:
            await asyncio.sleep(_SWEEP)
            await self._sweep_once()

    async def _sweep_once(self) -> None:
        try:
            await asyncio.to_thread(self.sweeper.regular)
        except FindalikeError as error:
            log.warning("The sweep waits: %s", error.detail)
        except Exception:
            log.exception("The sweep failed")

    async def _warm(self) -> None:
        """Load the models of existing collections, so that the first query is as fast as the next."""
        collections = await asyncio.to_thread(self.house.catalog.collections.all)
        names = {one.model for each in collections for one in each.generation.vectors.values() if one.model}
        self.warm = dict.fromkeys(sorted(names), "loading")
        for name in sorted(names):
            try:
                await asyncio.to_thread(self.house.encoders.warm, name)
                self.warm[name] = "warm"
            except FindalikeError as error:
                self.warm[name] = error.detail
            except Exception as error:
                log.exception("The model %s cannot be loaded", name)
                self.warm[name] = f"It cannot be loaded ({type(error).__name__})."
        self.started.set()


async def get_state(request: Request) -> State:
    """Asynchronous although it waits for nothing: FastAPI would call it in a thread else."""
    state: State = request.app.state.findalike
    return state


StateDep = Annotated[State, Depends(get_state)]


async def get_asker(request: Request) -> str | None:
    key: Key | None = request.scope.get("findalike.key")
    return key.id if key else None


Asker = Annotated[str | None, Depends(get_asker)]
"""The id of the API key of a request; None where the server asks for none."""


def job_out(job: Job) -> JobOut:
    return JobOut.of(job, now())


async def find_collection(state: State, application: str, name: str) -> Collection:
    """Raises NotFound."""
    collections = state.house.catalog.collections
    known = collections.known(application, name)
    return known if known else await asyncio.to_thread(collections.get, application, name)


def vector_settings(
    house: House,
    application: str,
    models: dict[str, str],
    index: str,
    metric: str | None = None,
    dimension: int | None = None,
) -> dict[str, VectorSetting]:
    """The vectors of a new generation. Raises InvalidInput naming the setting that does not fit."""
    specs = house.applications.get(application).vectors
    unknown = sorted(set(models) - set(specs))
    if unknown:
        raise InvalidInput(f"There is no vector {unknown[0]!r}; there are {', '.join(specs)}.", field="models")
    capable = house.vectors.capabilities.indexes
    if index != "AUTO" and index not in capable:
        raise InvalidInput(f"This Milvus has no index {index}; it has {', '.join(sorted(capable))}.", field="index")
    settings: dict[str, VectorSetting] = {}
    for name, spec in specs.items():
        model = models.get(name, spec.model)
        if spec.metric == "BM25":
            if model is not None:
                raise InvalidInput(f"The vector {name} ranks by words: it has no model.", field="models")
            if house.vectors.capabilities.bm25:
                settings[name] = VectorSetting(None, 0, "BM25")
        elif spec.learned_from:
            if model is not None:
                raise InvalidInput(f"The vector {name} is learned from events: it has no model.", field="models")
            assert spec.dimension
            settings[name] = VectorSetting(None, spec.dimension, spec.metric, index, trained=0)
        elif model is None:
            size = spec.dimension or dimension
            if size is None:
                raise InvalidInput("Say how many dimensions your vectors have.", field="dimension")
            settings[name] = VectorSetting(None, size, metric or spec.metric, index)  # type: ignore[arg-type]
        else:
            if spec.model is None:
                raise InvalidInput(f"The vector {name} is ready-made: it has no model.", field="models")
            card = house.models.get(model)
            if not card.dimension:
                raise InvalidInput(f"The model {model} finds things in pictures: it makes no vectors.", field="models")
            settings[name] = VectorSetting(model, card.dimension, card.metric, index)
    return settings
