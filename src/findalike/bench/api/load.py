"""A load generator in a process of its own: `Generator` starts it, tells it what to send, and reads what it measured.

Requests are sent by pyreqwest (the Rust client reqwest) over HTTP/1.1 or HTTP/2, one connection a client for the
first, and by `websockets` over WebSocket. Each client sends its next request when the last one is answered.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import count
from time import perf_counter, process_time
from typing import Any, Literal

from findalike.errors import FindalikeError

Protocol = Literal["HTTP/1.1", "HTTP/2", "WebSocket"]


@dataclass(frozen=True)
class Load:
    """What is sent: to `url`, by so many clients, for so long; the bodies in turn. `size` makes a body of so many bytes
    instead. Over WebSocket a body is a frame, in which `$id` becomes a number."""

    url: str
    clients: int
    seconds: float
    protocol: Protocol = "HTTP/1.1"
    method: str = "POST"
    bodies: list[str] = field(default_factory=list)
    size: int = 0


@dataclass(frozen=True)
class Driven:
    """What came of it: seconds of each answer, answers a second, how many were no success, and how busy the generator
    was (from 0 to 1 of one core): near 1 it is itself the limit."""

    latencies: list[float]
    rate: float
    failed: int
    busy: float


class Generator:
    """The process that sends; use it as a context."""

    def __enter__(self) -> Generator:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Control-C is for the benchmark, which then reports what it has.
            start_new_session=True,
        )
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()

    def drive(self, load: Load) -> Driven:
        """Send, and say what came of it. Raises FindalikeError if it cannot send at all."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asdict(load)) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "it ended"}')
        if "error" in answer:
            raise FindalikeError(f"The load generator failed: {answer['error']}")
        return Driven(**answer)


async def _run(load: Load) -> Driven:
    latencies: list[float] = []
    failed = 0
    numbers = count()
    began = perf_counter()
    end = began + load.seconds

    async def client(ask: Callable[[int], Awaitable[bool]]) -> None:
        nonlocal failed
        while perf_counter() < end:
            sent = perf_counter()
            good = await ask(next(numbers))
            latencies.append(perf_counter() - sent)
            failed += not good

    async with _sender(load) as make:
        asks = [await make() for _ in range(load.clients)]
        for ask in asks[:1]:
            await ask(next(numbers))
        began = perf_counter()
        end, worked = began + load.seconds, process_time()
        await asyncio.gather(*(client(ask) for ask in asks))
        took = perf_counter() - began
    return Driven(latencies, len(latencies) / took, failed, (process_time() - worked) / took)


def _sender(load: Load) -> Any:
    return _sockets(load) if load.protocol == "WebSocket" else _requests(load)


class _requests:  # noqa: N801
    """Gives a function that makes clients; they share what HTTP lets them share."""

    def __init__(self, load: Load):
        from pyreqwest.client import ClientBuilder

        self._load = load
        builder = ClientBuilder().max_connections(None).pool_max_idle_per_host(load.clients).no_proxy()
        builder = builder.http1_only() if load.protocol == "HTTP/1.1" else builder.http2_prior_knowledge()
        self._client = builder.build()
        self._bodies = [one.encode() for one in load.bodies] or [bytes(load.size)]
        self._type = "application/json" if load.bodies else "application/octet-stream"

    async def __aenter__(self) -> Callable[[], Awaitable[Callable[[int], Awaitable[bool]]]]:
        await self._client.__aenter__()

        async def make() -> Callable[[int], Awaitable[bool]]:
            return self._ask

        return make

    async def __aexit__(self, *error: Any) -> None:
        await self._client.__aexit__(*error)

    async def _ask(self, number: int) -> bool:
        if self._load.method == "GET":
            request = self._client.get(self._load.url)
        else:
            body = self._bodies[number % len(self._bodies)]
            request = self._client.post(self._load.url).header("Content-Type", self._type).body_bytes(body)
        answer = await request.build().send()
        return bool(answer.status < 300)


class _sockets:  # noqa: N801
    """Gives a function that opens a socket for each client."""

    def __init__(self, load: Load):
        self._load = load
        self._open: list[Any] = []

    async def __aenter__(self) -> Callable[[], Awaitable[Callable[[int], Awaitable[bool]]]]:
        from websockets.asyncio.client import connect

        async def make() -> Callable[[int], Awaitable[bool]]:
            socket = await connect(self._load.url, compression=None, proxy=None, max_size=None)
            self._open.append(socket)

            async def ask(number: int) -> bool:
                body = self._load.bodies[number % len(self._load.bodies)]
                await socket.send(body.replace('"$id"', str(number)))
                return '"hits"' in str(await socket.recv())

            return ask

        return make

    async def __aexit__(self, *error: Any) -> None:
        await asyncio.gather(*(one.close() for one in self._open))


def main() -> None:
    """Read a Load from each line of standard input, and answer with what was Driven, or with an error."""
    for line in sys.stdin:
        try:
            answer: dict[str, Any] = asdict(asyncio.run(_run(Load(**json.loads(line)))))
        except Exception as error:
            answer = {"error": repr(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
