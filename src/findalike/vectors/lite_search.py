"""A faster search for Milvus Lite 3.2.2, with the same answers or better. lite_child.py puts it in; a setting leaves
it out.

Milvus Lite finds out for every search anew, in Python, which rows are the newest of their key and not deleted, and
with a FLAT index copies and normalises all vectors. Here what does not change is kept. Nothing needs to be told of
writes, because what is kept is looked up by all that it was made from, and that is compared at every search:

- which rows of the data files are the newest depends on the tuple of segments (immutable once loaded) alone;
- what was deleted is compared as a whole dictionary;
- rows not yet in a data file depend on the memtable, whose state is told by the number of its batches and keys: a batch
  is only ever added, and between two of them keys are only removed.

One answer is better: with an HNSW or IVF index, if a filter or deletions leave few rows of a data file, these are
compared one by one. The index would walk through rows that may not be found, and end before it has met those that may.

It is put in only if the version is exactly the one this was written for. Searches of single partitions and of tables
whose keys are no integers are left to Milvus Lite.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from operator import is_
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
from milvus_lite.adapter.grpc import servicer
from milvus_lite.engine import collection
from milvus_lite.index import factory
from milvus_lite.search.executor_indexed import execute_search_with_index as original
from milvus_lite.search.filter import evaluate_mask
from milvus_lite.search.indexed_filter import evaluate_segment_filter
from numpy.typing import NDArray

from findalike.vectors.lite_answer import build_search_result_data
from findalike.vectors.lite_flat import Flat

VERSION = "3.2.2"

_FEW = 0.2
"""If a smaller share of a segment may be found, its index is not asked."""

Mask = NDArray[np.bool_]
Keys = NDArray[np.int64]


def put_in() -> bool:
    """Make Milvus Lite of this process search like this; false if it is another version than this is for."""
    if version("milvus-lite") != VERSION:
        return False
    collection.execute_search_with_index = Search()
    factory.BruteForceIndex = Flat
    servicer.build_search_result_data = build_search_result_data
    return True


@dataclass(frozen=True)
class _Stored:
    """What the data files hold: a mask for each segment of the rows that are the newest of their key and not deleted;
    and of each key its newest row (a place among the rows of all segments) with that row's sequence number."""

    segments: tuple[Any, ...]
    deleted: Mapping[int, int]
    starts: NDArray[np.int64]
    newest: Mask
    live: Mask
    keys: Keys
    rows: NDArray[np.int64]
    numbers: Keys


@dataclass(frozen=True)
class _Fresh:
    """What is not yet in a data file; `state` is the memtable's. `table` is what filters look at."""

    state: tuple[int, int]
    keys: Keys
    numbers: Keys
    vectors: NDArray[np.float32]
    places: Sequence[tuple[int, int]]
    table: Any


class Search:
    """In place of `execute_search_with_index`, whose documentation says what the arguments are."""

    def __init__(self) -> None:
        # By memtable: each belongs to one collection, and goes with the segments that were there when it began.
        self._stored: WeakKeyDictionary[Any, _Stored] = WeakKeyDictionary()
        self._fresh: WeakKeyDictionary[Any, dict[str, _Fresh]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def __call__(
        self,
        query_vectors: NDArray[np.float32],
        segments: Iterable[Any],
        memtable: Any,
        delta_index: Any,
        top_k: int,
        metric_type: str,
        pk_field: str,
        vector_field: str,
        partition_names: list[str] | None = None,
        compiled_filter: Any = None,
        output_fields: list[str] | None = None,
        indexed_filter_plan: Any = None,
        project_record_fn: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
        search_params: dict[str, Any] | None = None,
    ) -> list[list[dict[str, Any]]]:
        scope = tuple(one for one in segments if one.num_rows)
        queries = np.atleast_2d(np.asarray(query_vectors, np.float32))
        # Together, since a key that is written again is no longer among the removed.
        with memtable._lock:
            removed = memtable.delete_index_snapshot()
            fresh = self._unwritten(memtable, vector_field, compiled_filter is not None)
        usual = top_k > 0 and not partition_names and all(isinstance(one.pks[0], int) for one in scope)
        if fresh is None or not usual or project_record_fn is None:
            return original(  # type: ignore[no-any-return]
                query_vectors=query_vectors,
                segments=scope,
                memtable=memtable,
                delta_index=delta_index,
                top_k=top_k,
                metric_type=metric_type,
                pk_field=pk_field,
                vector_field=vector_field,
                partition_names=partition_names,
                compiled_filter=compiled_filter,
                output_fields=output_fields,
                indexed_filter_plan=indexed_filter_plan,
                project_record_fn=project_record_fn,
                search_params=search_params,
            )
        stored = self._written(memtable, scope, delta_index._map)
        live, alive = _hidden(stored, fresh, removed, delta_index._map)
        parts = []
        for at, segment in enumerate(scope):
            mask = live[stored.starts[at] : stored.starts[at + 1]]
            vectors, filled = segment.vector_data(vector_field)
            if compiled_filter is not None:
                mask = mask & evaluate_segment_filter(segment, compiled_filter, indexed_filter_plan).astype(bool)
            if filled is not None:
                mask = mask & filled
            index = segment.indexes.get(vector_field) or Flat(vectors, metric_type)
            if isinstance(index, Flat) or mask.sum() >= _FEW * len(mask):
                parts.append(_nearest(index, queries, top_k, mask, search_params))
            else:
                parts.append(_among(np.flatnonzero(mask), vectors, metric_type, queries, top_k))
        if len(fresh.keys):
            if compiled_filter is not None:
                alive = alive & evaluate_mask(compiled_filter, fresh.table).astype(bool)
            parts.append(_nearest(Flat(fresh.vectors, metric_type), queries, top_k, alive, search_params))
        take = _taker(scope, fresh, memtable, pk_field, output_fields, project_record_fn)
        return [
            [
                {"id": key, "distance": distance, "entity": entity}
                for (distance, _, _), (key, entity) in zip(best, take(best), strict=True)
            ]
            for best in _merged(parts, len(queries), top_k)
        ]

    def _written(self, memtable: Any, scope: tuple[Any, ...], deleted: Mapping[int, int]) -> _Stored:
        with self._lock:
            known = self._stored.get(memtable)
        same = known is not None and len(known.segments) == len(scope) and all(map(is_, known.segments, scope))
        if known is not None and same and known.deleted == deleted:
            return known
        made = _with_deleted(known if known is not None and same else _stored(scope), deleted)
        with self._lock:
            self._stored[memtable] = made
        return made

    def _unwritten(self, memtable: Any, field: str, filtered: bool) -> _Fresh | None:
        """None if it has keys that are no integers, or rows without a vector. Called with the memtable's lock held."""
        batches, positions = memtable._insert_batches, memtable._pk_index
        state = (len(batches), len(positions))
        with self._lock:
            known = self._fresh.get(memtable, {}).get(field)
        if known and known.state == state and (known.table is not None or not filtered):
            return known
        if not all(isinstance(key, int) for key in positions) or any(one.column(field).null_count for one in batches):
            return None
        made = _Fresh(state, *_unpacked(memtable, field, filtered))
        with self._lock:
            self._fresh.setdefault(memtable, {})[field] = made
        return made


def _stored(scope: tuple[Any, ...]) -> _Stored:
    starts = np.cumsum([0, *(one.num_rows for one in scope)])
    keys = np.concatenate([np.empty(0, np.int64), *(np.asarray(one.pks, np.int64) for one in scope)])
    numbers = np.concatenate([np.empty(0, np.int64), *(one.seqs.astype(np.int64) for one in scope)])
    order = np.lexsort((numbers, keys))
    # Of rows with one key the last in this order is the newest.
    last = np.append(keys[order][1:] != keys[order][:-1], True)[: len(order)]
    rows = order[last]
    newest = np.zeros(len(keys), bool)
    newest[rows] = True
    return _Stored(scope, {}, starts, newest, newest, keys[rows], rows, numbers[rows])


def _with_deleted(stored: _Stored, deleted: Mapping[int, int]) -> _Stored:
    live = stored.newest.copy()
    _hide(stored, live, deleted.keys(), deleted.values())
    return _Stored(
        stored.segments, deleted, stored.starts, stored.newest, live, stored.keys, stored.rows, stored.numbers
    )


def _hide(stored: _Stored, live: Mask, keys: Iterable[int], numbers: Iterable[int]) -> None:
    """Take out of `live` the rows of these keys that are older than these numbers."""
    asked, since = np.fromiter(keys, np.int64), np.fromiter(numbers, np.int64)
    if len(asked) and len(stored.keys):
        at = np.minimum(np.searchsorted(stored.keys, asked), len(stored.keys) - 1)
        hit = (stored.keys[at] == asked) & (stored.numbers[at] < since)
        live[stored.rows[at[hit]]] = False


def _hidden(
    stored: _Stored, fresh: _Fresh, removed: Mapping[int, tuple[int, str]], deleted: Mapping[int, int]
) -> tuple[Mask, Mask]:
    """Which rows of the data files, and which not yet written, may be found now."""
    alive = np.ones(len(fresh.keys), bool)
    live = stored.live
    if len(fresh.keys):
        if len(stored.keys):
            at = np.minimum(np.searchsorted(stored.keys, fresh.keys), len(stored.keys) - 1)
            alive &= (stored.keys[at] != fresh.keys) | (stored.numbers[at] <= fresh.numbers)
        for dead in (deleted, {key: number for key, (number, _) in removed.items()}):
            if dead:
                since = np.fromiter((dead.get(key, -1) for key in fresh.keys.tolist()), np.int64, len(fresh.keys))
                alive &= since <= fresh.numbers
    if len(fresh.keys) or removed:
        live = live.copy()
        _hide(stored, live, fresh.keys, fresh.numbers)
        _hide(stored, live, removed.keys(), (number for number, _ in removed.values()))
    return live, alive


def _unpacked(
    memtable: Any, field: str, filtered: bool
) -> tuple[Keys, Keys, NDArray[np.float32], list[tuple[int, int]], Any]:
    """Keys, sequence numbers, vectors, places and the table of a memtable's rows, in one order."""
    batches, found = memtable._insert_batches, list(memtable._pk_index.values())
    if not found:
        empty = np.empty(0, np.int64)
        return empty, empty, np.empty((0, 0), np.float32), [], memtable._data_schema.empty_table()
    keys = np.fromiter(memtable._pk_index, np.int64, len(found))
    starts = np.cumsum([0, *(one.num_rows for one in batches)])
    rows = np.fromiter((starts[batch] + row for batch, row, _ in found), np.int64, len(found))
    # Not `values`, which does not know that a batch may be a slice.
    parts = [one.column(field).flatten().to_numpy().reshape(one.num_rows, -1) for one in batches]
    vectors = np.ascontiguousarray(np.concatenate(parts)[rows], np.float32)
    table = pa.Table.from_batches(batches).take(pa.array(rows)).drop_columns(["_partition"]) if filtered else None
    numbers = np.fromiter((number for _, _, number in found), np.int64, len(found))
    return keys, numbers, vectors, [(batch, row) for batch, row, _ in found], table


_Part = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Row numbers (queries, limit), -1 where there are no more, and distances, least first."""


def _nearest(index: Any, queries: NDArray[np.float32], limit: int, mask: Mask, params: dict[str, Any] | None) -> _Part:
    if not mask.any():
        return np.full((len(queries), 0), -1, np.int64), np.empty((len(queries), 0), np.float32)
    ids, distances = index.search(queries, limit, valid_mask=None if mask.all() else mask, params=params)
    return ids, distances


def _among(
    rows: NDArray[np.int64], vectors: NDArray[np.float32], metric: str, queries: NDArray[np.float32], limit: int
) -> _Part:
    """The nearest of these rows, exactly."""
    ids, distances = Flat(vectors[rows], metric).search(queries, min(limit, len(rows)))
    return (rows[ids] if len(rows) else ids), distances


def _merged(parts: Sequence[_Part], queries: int, limit: int) -> Iterable[list[tuple[float, int, int]]]:
    """For each query the nearest of all parts: distance, number of the part, row. Equals come in this order too."""
    if not parts:
        return ([] for _ in range(queries))
    sources = np.repeat(np.arange(len(parts)), [ids.shape[1] for ids, _ in parts])
    every = np.concatenate([ids for ids, _ in parts], axis=1)
    distances = np.concatenate([near for _, near in parts], axis=1)

    def best(query: int) -> list[tuple[float, int, int]]:
        there = np.flatnonzero(every[query] >= 0)
        rows, near, source = every[query][there], distances[query][there], sources[there]
        order = np.lexsort((rows, source, near))[:limit]
        return list(zip(near[order].tolist(), source[order].tolist(), rows[order].tolist(), strict=True))

    return (best(query) for query in range(queries))


def _taker(
    scope: tuple[Any, ...],
    fresh: _Fresh,
    memtable: Any,
    key_field: str,
    wanted: list[str] | None,
    project: Callable[[dict[str, Any]], dict[str, Any]],
) -> Callable[[Sequence[tuple[float, int, int]]], list[tuple[int, dict[str, Any]]]]:
    """What reads rows' keys and what is answered of them: of their columns those that are wanted, if that is known."""
    names = {name for one in scope for name in one.table.schema.names} | set(memtable._data_schema.names)
    chosen = None if wanted is None or "*" in wanted or "$meta" in names else {*wanted} - {key_field}

    def entities(source: int, rows: Sequence[int]) -> Iterable[dict[str, Any]]:
        if source == len(scope):
            places = [fresh.places[row] for row in rows]
            if chosen is None:
                return (project(memtable.materialize_row(*place)) for place in places)
            # To these, more are only ever added.
            batches = memtable._insert_batches
            return _cells(memtable._data_schema, chosen, [(batches[batch], row) for batch, row in places])
        if chosen is None:
            return (project(scope[source].row_to_dict(row)) for row in rows)
        table = scope[source].table
        return _cells(table.schema, chosen, [(table, row) for row in rows])

    def take(best: Sequence[tuple[float, int, int]]) -> list[tuple[int, dict[str, Any]]]:
        keys = [int(fresh.keys[row] if source == len(scope) else scope[source].pks[row]) for _, source, row in best]
        if chosen is not None and not chosen & names:
            # A key alone is no part of the answer, which is most often asked for.
            return [(key, {}) for key in keys]
        found: dict[int, dict[str, Any]] = {}
        for source in {source for _, source, _ in best}:
            places = [place for place, (_, one, _) in enumerate(best) if one == source]
            found.update(zip(places, entities(source, [best[place][2] for place in places]), strict=True))
        return [(key, found[place]) for place, key in enumerate(keys)]

    return take


def _cells(schema: pa.Schema, chosen: set[str], places: Iterable[tuple[Any, int]]) -> Iterable[dict[str, Any]]:
    """The chosen columns of rows of tables. (`take` would first make one chunk of all: milliseconds for long texts.)"""
    names = [name for name in schema.names if name in chosen]
    return ({name: table.column(name)[row].as_py() for name in names} for table, row in places)
