"""The vector store on Milvus: Milvus Lite's server process, and Milvus servers from 2.3 on.

Each table is a Milvus collection `<prefix><table>` with the int64 key `id`, the float32 vector `vector` and the columns
that filters.py lays out for declared fields. Where rows are ranked by words, `words` is a text, and Milvus's own BM25
function makes the sparse `vector` of it. Words come analysed, so that every engine only splits them at spaces.
Vectors of bits (JACCARD) are binary vectors on a server; Milvus Lite has none, so there `bits` is a text of hexadecimal
digits, as long as there are bits at most, and `vector` is what bits.py folds them into.

Reading one's own writes: Milvus Lite always does. A server shows a write when its clock has passed it, so after each
write we take a timestamp from the server (under 1 ms) and reads ask to be no older. A read that follows a write at once
waits for that (up to 200 ms); an idle table's reads wait for nothing, which "Strong" would.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pymilvus import DataType, Function, FunctionType, MilvusClient
from pymilvus.client.types import LoadState

from findalike.domain import FieldType, Indexed
from findalike.errors import Conflict, InvalidInput, NotFound, Overloaded
from findalike.fields import MAX_TEXT
from findalike.filters import Filter
from findalike.vectors import Capabilities, Matches, Row, TableSpec, bits
from findalike.vectors.connection import Connection, NotLoaded, upsert
from findalike.vectors.filters import to_milvus
from findalike.vectors.indexes import LITE_INDEXES, SERVER_INDEXES, build_params, search_params
from findalike.vectors.rows import TYPES, Layout, asked, messages

T = TypeVar("T")

_ANSWER_ROWS = 1_000_000
"""Rows of one search answer, over all its queries."""
_BIT_ROWS = 16_384
"""Rows of one answer that carries their bits."""
_KEYS = 1000
"""Keys of one look-up or deletion."""
_SLOW = 300.0
"""Seconds for making, loading and dropping tables."""
_MAX_WORDS = 65_535
"""Bytes that a Milvus text may have."""
_BM25_SINCE = (2, 5)
"""The first servers with the BM25 function."""
_EVERY_ROW = f"id > {-(2**63) + 1}"

_KINDS: Mapping[int, FieldType] = {int(milvus): kind for kind, milvus in TYPES.items()}


class MilvusStore:
    """A `VectorStore`. Connects when first used; all methods may be called from any thread.

    `timeout` (seconds) bounds every call but creating and loading. Tables of other prefixes are never touched."""

    def __init__(self, uri: str, token: str | None = None, timeout: float = 30.0, *, prefix: str = "fa_"):
        self._connection = Connection(uri, token or "", timeout)
        self._timeout = timeout
        self._prefix = prefix
        self._capabilities: Capabilities | None = None
        self._known: dict[str, Layout] = {}
        self._written: dict[str, int] = {}
        self._making: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._stamping = threading.Lock()
        self._loading: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._writing: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @property
    def capabilities(self) -> Capabilities:
        if self._capabilities is None:
            version = str(self._connection.call(lambda client: client.get_server_version(timeout=self._timeout)))
            lite = version.startswith("milvus_lite")
            self._capabilities = Capabilities(
                name="Milvus Lite" if lite else "Milvus",
                version=version.removeprefix("milvus_lite-"),
                lite=lite,
                indexes=LITE_INDEXES if lite else SERVER_INDEXES,
                binary=not lite,
                bm25=lite or _version(version) >= _BM25_SINCE,
                max_top_k=16384,
                serial_writes=lite,
            )
        return self._capabilities

    def create(self, spec: TableSpec) -> None:
        """Make and load a table; nothing happens if an equal one is there.

        Raises InvalidInput for an index that this engine lacks, Conflict if a different table has the name."""
        index = self._index(spec)
        wanted = Layout(spec.dimension, spec.metric, index, dict(spec.fields))
        with self._making[self._one_at_a_time(spec.name)]:
            try:
                found = self._describe(spec.name)
            except NotFound:
                self._connection.call(lambda client: self._make(client, spec, index))
                found = wanted
            if found != wanted:
                raise Conflict(f"There is a different table {spec.name}: drop it first.")
            self._load(spec.name, _SLOW)
            self._known[spec.name] = found

    def drop(self, table: str) -> None:
        """Remove a table; nothing happens if there is none."""
        with self._making[self._one_at_a_time(table)], self._writing[table], suppress(NotFound):
            self._known.pop(table, None)
            self._written.pop(table, None)
            self._connection.call(lambda client: client.drop_collection(self._prefix + table, timeout=_SLOW))

    def tables(self) -> list[str]:
        names = self._connection.call(lambda client: client.list_collections(timeout=self._timeout))
        return sorted(name.removeprefix(self._prefix) for name in names if name.startswith(self._prefix))

    def upsert(self, table: str, rows: Sequence[Row]) -> None:
        """Write rows, replacing those with the same id (of several with one id, the last stays).

        Raises NotFound if the table is gone, InvalidInput for a vector of another dimension."""
        about = self._table(table)
        # Two rows with one key in one message would both be kept by a server.
        unique = {row.id: row for row in rows}
        for columns in messages(list(unique.values()), about):
            self._write(table, lambda client, data: upsert(client, self._prefix + table, data, self._timeout), columns)

    def delete(self, table: str, ids: Sequence[int]) -> None:
        """Remove rows by id; ids without a row are fine. Raises NotFound if the table is gone."""
        self._table(table)
        for chunk in _chunks(ids, _KEYS):
            self._write(table, lambda client, data: client.delete(ids=data, **self._of(table)), chunk)

    def settle(self, table: str) -> None:
        """Have what was written stored and indexed for good; a server may go on indexing after this returns."""
        self._table(table)
        # Servers limit how often one may ask for it, and do it by themselves in the end.
        with suppress(Overloaded), self._writing[table]:
            self._connection.call(lambda client: client.flush(self._prefix + table, timeout=_SLOW))

    def get(self, table: str, ids: Sequence[int]) -> dict[int, Indexed]:
        """Vectors (dimension,) float32, or words, by id, reading one's own writes; ids without a row are left out."""
        about = self._table(table)
        found: dict[int, Indexed] = {}
        for chunk in _chunks(ids, _KEYS):
            for row in self._look_up(table, chunk, about.column):
                found[int(row["id"])] = about.value(row[about.column])
        return found

    def search(
        self, table: str, queries: NDArray[np.float32] | Sequence[str], limit: int, filter: Filter | None = None
    ) -> list[Matches]:
        """The `limit` best rows for each query, (n, dimension) float32 or n texts, in one call, reading own writes.

        Raises NotFound if the table is gone, InvalidInput for a wrong shape or a limit beyond `max_top_k`."""
        about = self._table(table)
        data = asked(queries, about)
        if not 0 < limit <= self.capabilities.max_top_k:
            raise InvalidInput(f"The limit must be from 1 to {self.capabilities.max_top_k}, not {limit}.")
        if about.folded:
            return self._nearest_bits(table, data, bits.pack(np.asarray(queries)), limit, filter)
        parameters = _parameters(about.metric, about.index, limit, filter)
        found: list[Matches] = []
        for chunk in _chunks(data, max(1, _ANSWER_ROWS // limit)):
            answer = self._nearest(table, chunk, parameters)
            ids = np.array(answer.ids.int_id.data, np.int64)
            scores = self._scores(about, answer.scores)
            found.extend(Matches(ids[part], scores[part]) for part in _parts(answer.topks))
        return found or [Matches(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in data]

    def _nearest_bits(
        self, table: str, data: Sequence[object], packed: bits.Packed, limit: int, filter: Filter | None
    ) -> list[Matches]:
        about = self._table(table)

        def ask(positions: Sequence[int], depth: int) -> list[bits.Candidates]:
            parameters = _parameters("IP", about.index, depth, filter)
            found: list[bits.Candidates] = []
            for chunk in _chunks([data[one] for one in positions], max(1, _BIT_ROWS // depth)):
                answer = self._nearest(table, chunk, parameters, ("id", "bits"))
                ids = np.array(answer.ids.int_id.data, np.int64)
                columns = {column.field_name: column.scalars for column in answer.fields_data}
                digits = "".join(columns["bits"].string_data.data) if len(ids) else ""
                stored = np.frombuffer(bytes.fromhex(digits), np.uint8).reshape(-1, packed.shape[1])
                for part in _parts(answer.topks):
                    last = float(answer.scores[part.stop - 1]) if part.stop > part.start else 0.0
                    found.append(bits.Candidates(ids[part], stored[part], last))
            return found or [bits.Candidates(np.empty(0, np.int64), packed[:0], 0.0) for _ in positions]

        return bits.nearest(ask, packed, limit, self.capabilities.max_top_k)

    def exact(self, table: str) -> bool:
        """Whether searches of this table are exact, so that a smaller limit gives a prefix of a larger one."""
        about = self._table(table)
        return about.index in ("FLAT", "BIN_FLAT") or about.lexical

    def count(self, table: str) -> int:
        """Rows in a table, reading one's own writes."""
        rows = self._read(table, lambda client, more: client.query(filter="", **more), ["count(*)"])
        return int(rows[0]["count(*)"])

    def ids(self, table: str) -> NDArray[np.int64]:
        """All primary keys of a table, ascending, reading one's own writes."""
        rows = self._read(table, lambda client, more: client.query(filter=_EVERY_ROW, **more), ["id"])
        return np.sort(np.fromiter((row["id"] for row in rows), np.int64, len(rows)))

    def ping(self) -> None:
        """Raise `Unavailable` unless the engine answers."""
        self._connection.call(lambda client: client.get_server_version(timeout=min(self._timeout, 5.0)))

    def close(self) -> None:
        self._connection.close()

    def _one_at_a_time(self, table: str) -> str:
        """The name under which tables are made and dropped one after the other: on Milvus Lite, one for all."""
        return "" if self.capabilities.serial_writes else table

    def _scores(self, about: Layout, distances: Sequence[float]) -> NDArray[np.float32]:
        scores = np.array(distances, np.float32)
        if about.binary:
            return 1 - scores
        # Milvus Lite gives BM25 as a distance.
        return -scores if about.lexical and self.capabilities.lite else scores

    def _index(self, spec: TableSpec) -> str:
        capabilities, wanted = self.capabilities, spec.index
        if spec.metric == "BM25":
            if not capabilities.bm25:
                raise InvalidInput(f"{capabilities.name} {capabilities.version} cannot rank by words (BM25).")
            return "SPARSE_INVERTED_INDEX"
        if spec.metric == "JACCARD":
            if spec.dimension % 8:
                raise InvalidInput("Vectors of bits need a dimension that 8 divides.", field="dimension")
            if wanted not in ("AUTO", "FLAT"):
                raise InvalidInput(f"Vectors of bits are searched exactly: there is no index {wanted}.", field="index")
            return "BIN_FLAT" if capabilities.binary else "FLAT"
        if wanted == "AUTO":
            return "FLAT" if capabilities.lite else "HNSW"
        if wanted not in capabilities.indexes:
            known = ", ".join(sorted(capabilities.indexes))
            raise InvalidInput(
                f"{capabilities.name} has no index {wanted!r}; use AUTO or one of {known}.", field="index"
            )
        return wanted

    def _make(self, client: MilvusClient, spec: TableSpec, index: str) -> None:
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        if spec.metric == "BM25":
            # Milvus Lite's "standard" splits at whatever is no letter or digit; there is nothing such in words.
            tokenizer = "standard" if self.capabilities.lite else "whitespace"
            analyzer = {"tokenizer": tokenizer}
            schema.add_field(
                "words", DataType.VARCHAR, max_length=_MAX_WORDS, enable_analyzer=True, analyzer_params=analyzer
            )
            schema.add_field("vector", DataType.SPARSE_FLOAT_VECTOR)
            schema.add_function(Function("bm25", FunctionType.BM25, ["words"], ["vector"]))
        elif spec.metric == "JACCARD" and self.capabilities.binary:
            schema.add_field("vector", DataType.BINARY_VECTOR, dim=spec.dimension)
        elif spec.metric == "JACCARD":
            schema.add_field("bits", DataType.VARCHAR, max_length=spec.dimension)
            schema.add_field("vector", DataType.FLOAT_VECTOR, dim=bits.width(spec.dimension))
        else:
            schema.add_field("vector", DataType.FLOAT_VECTOR, dim=spec.dimension)
        for name, kind in spec.fields.items():
            # Two hexadecimal digits for each byte of text.
            width = {"max_length": 2 * MAX_TEXT} if kind == "text" else {}
            schema.add_field(f"f_{name}", TYPES[kind], **width)
            schema.add_field(f"h_{name}", DataType.BOOL)
        indexes = MilvusClient.prepare_index_params()
        parameters = build_params(index, spec.dimension)
        metric = "IP" if spec.metric == "JACCARD" and not self.capabilities.binary else spec.metric
        indexes.add_index("vector", index_type=index, metric_type=metric, params=parameters)
        client.create_collection(self._prefix + spec.name, schema=schema, index_params=indexes, timeout=_SLOW)

    def _table(self, table: str) -> Layout:
        return self._known.get(table) or self._known.setdefault(table, self._describe(table))

    def _describe(self, table: str) -> Layout:
        name = self._prefix + table
        about = self._connection.call(lambda client: client.describe_collection(name, timeout=self._timeout))
        index = self._connection.call(lambda client: client.describe_index(name, "vector", timeout=self._timeout))
        types = {field["name"]: field for field in about["fields"]}
        folded = types.get("bits")
        return Layout(
            dimension=int(folded["params"]["max_length"] if folded else types["vector"]["params"].get("dim", 0)),
            metric="JACCARD" if folded else index["metric_type"],
            index=index["index_type"],
            fields={name[2:]: _KINDS[int(types[name]["type"])] for name in types if name.startswith("f_")},
        )

    def _load(self, table: str, timeout: float) -> None:
        self._connection.call(lambda client: client.load_collection(self._prefix + table, timeout=timeout))

    def _load_once(self, table: str) -> None:
        """Load a table that the engine has forgotten, while others who ask for it wait."""
        if not self._loading[table].acquire(timeout=self._timeout):
            raise NotLoaded("The table is still being loaded: try again in a moment.", retry_after=2)
        try:
            state = self._connection.call(
                lambda client: client.get_load_state(self._prefix + table, timeout=self._timeout)
            )
            if state["state"] != LoadState.Loaded:
                self._load(table, self._timeout)
        finally:
            self._loading[table].release()

    def _of(self, table: str) -> dict[str, Any]:
        return {"collection_name": self._prefix + table, "timeout": self._timeout}

    def _look_up(self, table: str, ids: list[int], column: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._read(table, lambda client, more: client.get(ids=ids, **more), ["id", column])
        return rows

    def _nearest(
        self, table: str, queries: Sequence[object], parameters: Mapping[str, Any], output: Sequence[str] = ("id",)
    ) -> Any:
        return self._read(table, lambda client, more: client.search(data=queries, **parameters, **more), output)

    def _write(self, table: str, write: Callable[[MilvusClient, Any], object], data: Sequence[Any]) -> None:
        try:
            if not self.capabilities.serial_writes:
                self._connection.call(lambda client: write(client, data))
                self._stamp(table)
                return
            with self._writing[table]:
                self._connection.call(lambda client: write(client, data))
        except NotFound:
            self._known.pop(table, None)
            raise

    def _read(
        self, table: str, read: Callable[[MilvusClient, dict[str, Any]], T], output: Sequence[str] = ("id",)
    ) -> T:
        """Read no older than our last write, loading the table if the engine has forgotten it."""
        # A search needs no columns, but asked for none Milvus Lite reads whole rows: three times slower.
        more = {**self._of(table), "output_fields": list(output), **self._fresh(table)}
        try:
            try:
                return self._connection.call(lambda client: read(client, more))
            except NotLoaded:
                self._load_once(table)
                return self._connection.call(lambda client: read(client, more))
        except NotFound:
            self._known.pop(table, None)
            raise

    def _fresh(self, table: str) -> dict[str, Any]:
        if self.capabilities.lite:
            return {}
        # What an earlier process wrote counts as our own: so the first read takes a stamp too.
        stamp = self._written.get(table) or self._stamp(table)
        return {"consistency_level": "Customized", "guarantee_timestamp": stamp}

    def _stamp(self, table: str) -> int:
        stamp = int(self._connection.call(lambda client: client._handler.alloc_timestamp(timeout=self._timeout)))
        with self._stamping:
            self._written[table] = max(stamp, self._written.get(table, 0))
        return stamp


def _version(text: str) -> tuple[int, ...]:
    """ "v2.5.4-dev" as (2, 5)."""
    found = re.match(r"v?(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _parameters(metric: str, index: str, limit: int, filter: Filter | None) -> dict[str, Any]:
    return {
        "anns_field": "vector",
        "limit": limit,
        "filter": to_milvus(filter) if filter else "",
        "search_params": {"metric_type": metric, "params": search_params(index, limit)},
    }


def _parts(sizes: Iterable[int]) -> Iterator[slice]:
    """Where in an answer each query's hits are."""
    end = 0
    for size in sizes:
        yield slice(end, end := end + size)


def _chunks(values: Sequence[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(values), size):
        yield list(values[start : start + size])
