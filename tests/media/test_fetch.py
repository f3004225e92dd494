from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from findalike.errors import FindalikeError, Forbidden, InvalidInput, TooLarge
from findalike.media.fetch import Fetched, IPAddress, fetch, is_public
from findalike.media.store import MediaStore
from support import serving


class _Handler(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, str]]]
    stop: ClassVar[threading.Event]

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers["Host"]))
        path = self.path.partition("?")[0]
        if path.startswith("/redirect/"):
            left = int(path.rpartition("/")[2])
            self._answer(302, b"", location=f"/redirect/{left - 1}" if left else "/photo%20one.jpg")
        elif path == "/away":
            self._answer(301, b"", location="http://10.0.0.1/secret")
        elif path == "/file":
            self._answer(302, b"", location="file:///etc/passwd")
        elif path == "/missing":
            self._answer(404, b"")
        elif path == "/packed":
            self._answer(200, b"x", **{"Content-Encoding": "gzip"})
        elif path == "/endless":
            self.send_response(200)
            self.end_headers()
            try:
                while not self.stop.is_set():
                    self.wfile.write(b"x" * 10_000)
            except OSError:
                pass
        elif path == "/silent":
            self.stop.wait()
        elif path == "/dripping":
            try:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not self.stop.wait(0.02):
                    self.wfile.write(b"X-More: 1\r\n")
            except OSError:
                pass
        else:
            self._answer(200, b"content", **{"Content-Type": "image/jpeg"})

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    class Handler(_Handler):
        seen: ClassVar = []
        stop = threading.Event()

    with serving(Handler) as server:
        yield server
        Handler.stop.set()


def _loopback(address: IPAddress) -> bool:
    return address.is_loopback


@pytest.fixture
def get(server: ThreadingHTTPServer, tmp_path: Path) -> Callable[..., tuple[Fetched, bytes]]:
    store = MediaStore(tmp_path / "media")

    def get(url: str, **options: Any) -> tuple[Fetched, bytes]:
        full = url if "://" in url else f"http://localhost:{server.server_port}{url}"
        limits = {"max_bytes": 100_000, "timeout": 30, "allowed": _loopback, **options}
        before = set(store.all())
        try:
            with store.writer() as writer:
                fetched = fetch(full, writer, **limits)
                return fetched, store.path(writer.finish().sha256).read_bytes()
        except FindalikeError:
            assert set(store.all()) == before
            assert list((tmp_path / "media" / "staging").iterdir()) == []
            raise

    return get


def test_a_file_comes(server: ThreadingHTTPServer, get: Callable[..., Any]) -> None:
    assert get("/a/photo.jpg?x=1#part") == (Fetched("photo.jpg", "image/jpeg", 7), b"content")
    assert server.RequestHandlerClass.seen == [("/a/photo.jpg?x=1", f"localhost:{server.server_port}")]  # type: ignore[attr-defined]


def test_redirects(get: Callable[..., Any]) -> None:
    assert get("/redirect/4")[0].name == "photo one.jpg"
    with pytest.raises(InvalidInput, match="more than 5 times"):
        get("/redirect/5")


def test_every_redirect_is_checked(get: Callable[..., Any]) -> None:
    with pytest.raises(Forbidden, match=r"10\.0\.0\.1 is not on the public internet"):
        get("/away")
    with pytest.raises(InvalidInput, match="http or https"):
        get("/file")


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "127.1"]
)
def test_this_machine_is_out_of_reach(server: ThreadingHTTPServer, get: Callable[..., Any], host: str) -> None:
    with pytest.raises(Forbidden):
        get(f"http://{host}:{server.server_port}/", allowed=is_public)
    assert server.RequestHandlerClass.seen == []  # type: ignore[attr-defined]


def test_a_host_is_resolved_once_and_wholly_checked(
    server: ThreadingHTTPServer, get: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["127.0.0.1", "10.0.0.1"]])
    really = socket.getaddrinfo

    def resolve(host: str, port: int, *args: Any, **options: Any) -> list[Any]:
        if host != "rebinding.test":
            return really(host, port, *args, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in next(answers)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    url = f"http://rebinding.test:{server.server_port}/x"
    assert get(url)[1] == b"content"
    for _ in range(2):
        with pytest.raises(Forbidden):
            get(url)
    assert next(answers, None) is None


def test_limits(get: Callable[..., Any]) -> None:
    with pytest.raises(TooLarge, match="larger than 6 bytes"):
        get("/x", max_bytes=6)
    with pytest.raises(TooLarge, match="larger than 100000 bytes"):
        get("/endless")
    for path in ("/silent", "/dripping"):
        with pytest.raises(InvalidInput, match=r"within 0\.3 seconds"):
            get(path, timeout=0.3)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("/missing", "status 404"),
        ("/packed", "compressed"),
        ("ftp://localhost/x", "http or https"),
        ("file:///etc/passwd", "http or https"),
        ("http://user:secret@localhost/x", "http or https"),
        ("http://", "http or https"),
        ("http://[bad/", "fetched"),
        ("http://host:port/", "no address"),
        ("http://localhost:1/x", "could not be fetched"),
        ("https://localhost:{port}/x", "could not be fetched"),
        ("http://no-such-host.invalid/x", "could not be fetched"),
        ("http://" + "a" * 70 + ".test/", "fetched"),
    ],
)
def test_what_cannot_be_fetched(server: ThreadingHTTPServer, get: Callable[..., Any], url: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        get(url.replace("{port}", str(server.server_port)))


def test_the_environment_names_no_proxy(get: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert get("/x")[1] == b"content"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001::1"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
