"""The line to a Milvus engine: connects when first needed and again after a restart, and speaks our errors.

While the engine is away, calls fail within a moment instead of waiting for it: whoever asks can say so to a user.
"""

from __future__ import annotations

import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import grpc  # type: ignore[import-untyped]
from pymilvus import MilvusClient
from pymilvus.client.call_context import CallContext
from pymilvus.client.utils import check_status
from pymilvus.decorators import retry_on_rpc_failure
from pymilvus.exceptions import MilvusException
from pymilvus.grpc_gen.milvus_pb2 import UpsertRequest
from pymilvus.grpc_gen.schema_pb2 import FieldData

from findalike.errors import FindalikeError, InvalidInput, NotFound, Overloaded, StorageFull, Unavailable

T = TypeVar("T")

_PROBE_TIMEOUT = 2.0
_CONNECT_TIMEOUT = 5.0
_AWAY_FOR = 0.25
"""After a failed connection, calls fail at once for so long, so that a crowd does not queue to try."""

_CHANNEL = {
    # pymilvus pings an idle server every ten seconds, which gRPC servers answer by hanging up (ENHANCE_YOUR_CALM).
    "grpc.keepalive_time_ms": 330_000,
    "grpc.keepalive_permit_without_calls": 0,
    # A new connection is to be a new one, and not the broken one that gRPC shares within a process.
    "grpc.use_local_subchannel_pool": 1,
}

_GONE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
_REFUSED = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)
_NOT_FOUND, _NOT_LOADED, _RATE_LIMIT = 100, 101, 8
_CLOSED = re.compile(r"channel (is )?closed|closed channel", re.IGNORECASE)
_NOT_READY = re.compile(r"not ready|unavailable|not available|no available|node not|is not serving", re.IGNORECASE)
_DISK_FULL = re.compile(r"no space left|disk quota|disk full", re.IGNORECASE)


class NotLoaded(Unavailable):
    """The table is there but not in memory: load it and ask again."""


class _Away(MilvusException):  # type: ignore[misc]
    """The connection is gone."""


class Connection:
    """A connection of one store. Thread-safe; `timeout` bounds each remote call."""

    def __init__(self, uri: str, token: str, timeout: float):
        parts = urlsplit(uri)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidInput(f"{uri!r} is no Milvus address: write http://host:19530.", field="milvus_uri")
        self._address = (parts.hostname, parts.port or (443 if parts.scheme == "https" else 19530))
        self._uri = uri
        self._token = token
        self._timeout = timeout
        self._lock = threading.Lock()
        self._client: MilvusClient | None = None
        self._away_until = 0.0
        # Every error reaches the caller as an exception; pymilvus prints each with a traceback as well.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)

    def call(self, function: Callable[[MilvusClient], T]) -> T:
        """What `function` returns; it is called again if the engine had been restarted meanwhile.

        Raises errors of our tree only: Unavailable while the engine is away."""
        for _ in range(2):
            client = self._connected()
            try:
                return function(client)
            except (MilvusException, grpc.RpcError) as error:
                if not _gone(error):
                    raise self._translated(error) from error
                self._forget(client)
        raise self._away()

    def close(self) -> None:
        if self._client:
            self._forget(self._client)

    def _connected(self) -> MilvusClient:
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> MilvusClient:
        if time.monotonic() < self._away_until:
            raise self._away()
        try:
            # gRPC itself would keep trying a refused port until its timeout.
            socket.create_connection(self._address, _PROBE_TIMEOUT).close()
            client = MilvusClient(
                self._uri, token=self._token, timeout=_CONNECT_TIMEOUT, dedicated=True, grpc_options=_CHANNEL
            )
        except (OSError, MilvusException, grpc.RpcError) as error:
            self._away_until = time.monotonic() + _AWAY_FOR
            if isinstance(error, grpc.RpcError) and error.code() in _REFUSED:
                raise self._translated(error) from error
            raise self._away() from error
        # pymilvus's own handler would repeat the call until its timeout, and we want to know at once.
        client._handler._on_rpc_error = _fail_fast
        client._handler._execute_search = partial(_answer, client._handler)
        return client

    def _forget(self, client: MilvusClient) -> None:
        with self._lock:
            if self._client is client:
                self._client = None
        try:
            client.close()
        except (MilvusException, grpc.RpcError, ValueError):
            return

    def _away(self) -> Unavailable:
        host, port = self._address
        return Unavailable(
            f"The vector engine at {host}:{port} does not answer. It may be starting: try again in a moment.",
            retry_after=1,
        )

    def _translated(self, error: MilvusException | grpc.RpcError) -> FindalikeError:
        if isinstance(error, grpc.RpcError):
            if error.code() in _REFUSED:
                return Unavailable("The Milvus server refused the token: check FINDALIKE_MILVUS_TOKEN.", retry_after=30)
            if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                return Unavailable(
                    f"The vector engine did not answer within {self._timeout:g} s: try again.", retry_after=5
                )
            return FindalikeError(f"The vector engine failed: {error.details()}")
        text = str(error.message)
        if error.code == _NOT_FOUND or "can't find collection" in text:
            return NotFound("The vector engine has no such table: rebuild the collection.")
        if error.code == _NOT_LOADED or "not loaded" in text:
            return NotLoaded("The table is not loaded: try again in a moment.", retry_after=1)
        if error.code == _RATE_LIMIT:
            return Overloaded("The Milvus server limits the rate of requests: try again later.", retry_after=5)
        if _DISK_FULL.search(text):
            return StorageFull("The disk of the vector engine is full: free some space, then try again.")
        if "DEADLINE_EXCEEDED" in text or "timeout" in text.lower() or _NOT_READY.search(text):
            return Unavailable(f"The vector engine is not ready: {text}. Try again in a moment.", retry_after=2)
        return FindalikeError(f"The vector engine refused: {text}")


def _gone(error: MilvusException | grpc.RpcError) -> bool:
    if isinstance(error, grpc.RpcError):
        return error.code() in _GONE
    return isinstance(error, _Away) or _CLOSED.search(str(error.message)) is not None


def _answer(handler: Any, request: Any, timeout: float, *, context: CallContext, **_: Any) -> Any:
    """The columns that a search is answered with. pymilvus would make a dictionary of every hit, which takes it longer
    than Milvus takes to find them."""
    response = handler._stub.Search(request, timeout=timeout, metadata=context.to_grpc_metadata())
    check_status(response.status)
    return response.results


def upsert(client: MilvusClient, name: str, columns: Sequence[FieldData], timeout: float) -> None:
    """Write columns of equal length, the first of which are the keys. For `Connection.call`."""
    request = UpsertRequest(collection_name=name, num_rows=len(columns[0].scalars.long_data.data), fields_data=columns)
    _upsert(client._handler, request, timeout=timeout, context=client._generate_call_context())


@retry_on_rpc_failure()  # type: ignore[untyped-decorator]
def _upsert(handler: Any, request: UpsertRequest, *, timeout: float, context: CallContext) -> None:
    check_status(handler._stub.Upsert(request, timeout=timeout, metadata=context.to_grpc_metadata()).status)


def _fail_fast(error: Exception) -> bool:
    """Called by pymilvus with what failed, before it tries again; false leaves the error to its rules."""
    if isinstance(error, grpc.RpcError):
        if error.code() in _GONE:
            raise _Away(message=str(error.details()))
        raise MilvusException(message=str(error.details()))
    return False
