"""Files from addresses that clients name, without letting clients reach what only this machine can reach."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import httpcore
import httpx

from findalike import __version__
from findalike.errors import Forbidden, InvalidInput, TooLarge
from findalike.media.store import Writer

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_REFUSED = (httpcore.UnsupportedProtocol, httpcore.LocalProtocolError, httpx.InvalidURL, UnicodeError)


@dataclass(frozen=True)
class Fetched:
    """What came: the `name` in the last address ("" if it has none), and the media type that the server declared."""

    name: str
    declared: str
    size: int


def is_public(address: IPAddress) -> bool:
    """Whether an address belongs to the public internet, also where it only wraps an IPv4 address."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.sixtofour is not None or address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def fetch(
    url: str,
    writer: Writer,
    *,
    max_bytes: int,
    timeout: float,
    allowed: Callable[[IPAddress], bool] = is_public,
) -> Fetched:
    """Get `url` and write its body to `writer`, in `timeout` seconds for everything.

    Only http and https, only to `allowed` addresses, which each host is resolved to once for each request, and only
    five redirects. Raises Forbidden, TooLarge, and InvalidInput for whatever else goes wrong.
    """
    # No redirect may lead somewhere by a connection that was opened for another check, so nothing is kept alive.
    backend = _Guard(allowed, time.monotonic() + timeout)
    with httpcore.ConnectionPool(
        ssl_context=ssl.create_default_context(), network_backend=backend, max_keepalive_connections=0
    ) as pool:
        try:
            return _follow(pool, backend, httpx.URL(url), writer, max_bytes)
        except _REFUSED as error:
            raise InvalidInput(f"{url} is no address that can be fetched: send one like https://host/file.") from error
        except httpcore.TimeoutException as error:
            raise InvalidInput(f"{url} did not arrive within {timeout:g} seconds: try again later.") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            reason = str(error) or type(error).__name__
            raise InvalidInput(f"{url} could not be fetched ({reason}): check the address, try again later.") from error


def _follow(pool: httpcore.ConnectionPool, guard: _Guard, url: httpx.URL, writer: Writer, max_bytes: int) -> Fetched:
    for _ in range(_MAX_REDIRECTS + 1):
        if url.scheme not in ("http", "https") or not url.host or url.userinfo:
            raise InvalidInput(f"{url} cannot be fetched: send an http or https address without a password in it.")
        # Not compressed: a small answer must not unpack to a huge one.
        headers = {"Host": url.netloc.decode(), "Accept-Encoding": "identity", "User-Agent": f"findalike/{__version__}"}
        request = str(url.copy_with(fragment=None))
        with pool.stream("GET", request, headers=[*headers.items()], extensions=guard.extensions()) as response:
            answer = httpx.Headers(response.headers)
            if response.status in _REDIRECTS and "location" in answer:
                url = url.join(answer["location"])
                continue
            if response.status != 200:
                raise InvalidInput(f"{url} answered with status {response.status}: check the address.")
            if answer.get("content-encoding", "identity") != "identity":
                raise InvalidInput(f"{url} answers compressed though it was asked not to: download it and send it.")
            size = _save(response.iter_stream(), answer.get("content-length", ""), writer, max_bytes, str(url))
            return Fetched(PurePosixPath(unquote(url.path)).name, answer.get("content-type", ""), size)
    raise InvalidInput(f"{url} redirects more than {_MAX_REDIRECTS} times: send the address it ends at.")


def _save(chunks: Iterable[bytes], declared: str, writer: Writer, max_bytes: int, url: str) -> int:
    too_large = TooLarge(f"{url} is larger than {max_bytes} bytes, the most that this server takes.")
    if declared.isdecimal() and int(declared[:20]) > max_bytes:
        raise too_large
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise too_large
        writer.write(chunk)
    return size


class _Guard(httpcore.NetworkBackend):
    """Opens connections to checked addresses only, and lets nothing go on after the deadline.

    It stands below TLS, so certificates are still checked for the host's name.
    """

    def __init__(self, allowed: Callable[[IPAddress], bool], deadline: float):
        self._allowed, self._deadline = allowed, deadline
        self._network = httpcore.SyncBackend()

    def extensions(self) -> dict[str, Any]:
        left = self.left(None)
        return {"timeout": {"connect": left, "read": left, "write": left, "pool": left}}

    def left(self, timeout: float | None) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(left, timeout)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        if not addresses or not all(self._allowed(address) for address in addresses):
            raise Forbidden(f"{host} is not on the public internet, and findalike fetches from nowhere else.")
        error: Exception | None = None
        for address in dict.fromkeys(addresses):
            try:
                stream = self._network.connect_tcp(
                    str(address), port, self.left(timeout), local_address, socket_options
                )
                return _GuardedStream(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
        raise error or httpcore.ConnectError(f"{host} has no address")


class _GuardedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, guard: _Guard):
        self._stream, self._guard = stream, guard

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._guard.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._guard.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _GuardedStream(
            self._stream.start_tls(ssl_context, server_hostname, self._guard.left(timeout)), self._guard
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
