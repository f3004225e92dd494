"""HTTP to one server: addresses, keys, and errors as our own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from findalike.errors import Conflict, FindalikeError, InvalidInput, Overloaded, Unavailable

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 10.0

T = TypeVar("T")


class Connection:
    """Requests to one server; what does not succeed raises an error of `findalike.errors`."""

    def __init__(self, url: str, api_key: str | None, timeout: float, transport: httpx.BaseTransport | None):
        self.url = (url if "://" in url else f"http://{url}").rstrip("/")
        try:
            host = urlsplit(self.url).hostname
        except ValueError:
            host = None
        if not host or not self.url.startswith(("http://", "https://")):
            raise InvalidInput(f"{url} is not the address of a server: give one like http://127.0.0.1:8000.")
        self._timeout = timeout
        self._http = httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            transport=transport,
            # A proxy of the environment cannot reach this machine's own loopback addresses.
            trust_env=host not in _LOOPBACK,
        )

    def close(self) -> None:
        self._http.close()

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request; `options` are httpx's."""
        with self._explained():
            response = self._http.request(method, path, **options)
        check(response, self.url)
        return response

    @contextmanager
    def stream(self, method: str, path: str, timeout: float, **options: Any) -> Iterator[httpx.Response]:
        """An answer that is read while it comes; `timeout` is for silence, `options` are httpx's."""
        limits = httpx.Timeout(timeout, connect=min(timeout, 10.0))
        with self._explained(), self._http.stream(method, path, timeout=limits, **options) as response:
            if not response.is_success:
                response.read()
                check(response, self.url)
            yield response

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unavailable(f"No findalike server answers at {self.url}: start it with `findalike serve`.") from error
        except httpx.TimeoutException as error:
            raise Unavailable(f"The server at {self.url} did not answer within {self._timeout:g} seconds.") from error
        except httpx.TransportError as error:
            raise Unavailable(f"The connection to {self.url} broke off: try again.") from error
        except httpx.InvalidURL as error:
            raise InvalidInput(f"{self.url} is not the address of a server: {error}.") from error


def repeated(send: Callable[[], T], attempts: int) -> T:
    """Send something that may be sent again without harm, until it is answered or hope is lost.

    After a broken connection the first attempt may still be under way at the server, which answers 409 until it ends.
    """
    for attempt in range(attempts):
        try:
            return send()
        except (Overloaded, Unavailable) as error:
            if attempt == attempts - 1:
                raise
            time.sleep(error.retry_after if error.retry_after is not None else backoff(attempt))
        except Conflict:
            if attempt in (0, attempts - 1):
                raise
            time.sleep(backoff(attempt))
    raise AssertionError("unreachable")


def backoff(attempt: int) -> float:
    """Seconds to wait after the attempt of this number, counted from 0."""
    return min(_FIRST_PAUSE * 2.0**attempt, _LONGEST_PAUSE)


def check(response: httpx.Response, url: str) -> None:
    """Raise what an answer says went wrong, if something did."""
    if response.is_success:
        return
    error = problem(
        response.content,
        response.status_code,
        f"{url} answered {response.status_code} {response.reason_phrase}: is this a findalike server?",
    )
    after = response.headers.get("retry-after", "")
    error.retry_after = int(after) if after.isdigit() else None
    raise error


def problem(text: str | bytes, status: int, otherwise: str) -> FindalikeError:
    """The error that a problem (RFC 9457) is about; `otherwise` is said of what is none."""
    body = _json_object(text)
    detail, fields = body.get("detail"), body.get("errors")
    field = fields[0].get("field") if isinstance(fields, list) and fields and isinstance(fields[0], dict) else None
    kind = _kind(status, str(body.get("type", "")))
    error = kind(detail if isinstance(detail, str) else otherwise, field=field)
    error.status = status
    return error


def _json_object(text: str | bytes) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _kind(status: int, problem_type: str) -> type[FindalikeError]:
    """The class of an answer: by its problem type, else by its status, else by whose fault it is."""
    kinds = list(_descendants(FindalikeError))
    for kind in kinds:
        if problem_type == "urn:findalike:" + kind.title.lower().replace(" ", "-") and kind.status == status:
            return kind
    by_status = {kind.status: kind for kind in reversed(kinds)}
    return by_status.get(status, InvalidInput if status < 500 else Unavailable)


def _descendants(kind: type[FindalikeError]) -> Iterator[type[FindalikeError]]:
    """Parents before children, so that a status means the most general class that has it."""
    yield kind
    for child in kind.__subclasses__():
        yield from _descendants(child)
