"""Every error that findalike raises on purpose, and the HTTP status each becomes.

    FindalikeError                      500
     ├─ InvalidInput                    422  what was sent cannot be used (names the field)
     │   ├─ InvalidFilter               422  a filter that does not parse or type-check
     │   ├─ MissingColumn               422  a table lacks a column that was named
     │   └─ UndecodableMedia            422  a file that is broken, unsupported or hostile
     ├─ NotFound                        404
     ├─ Gone                            410  it was there and has expired
     ├─ Conflict                        409  it exists already, or changed meanwhile
     ├─ TooLarge                        413
     ├─ UnsupportedMedia                415
     ├─ Unauthorized                    401
     ├─ Forbidden                       403
     ├─ Overloaded                      429  a bounded queue is full (has retry_after)
     ├─ Unavailable                     503  something we need is away (has retry_after)
     │   └─ ModelUnavailable            503  weights that are neither cached nor reachable
     └─ StorageFull                     507

The server turns each into problem+json (RFC 9457); the command line prints the sentence.
So a message is always a sentence for the user, and says what to do next.
"""

from __future__ import annotations


class FindalikeError(Exception):
    """The root of the tree. `detail` is a sentence for the user."""

    status = 500
    title = "Internal error"

    def __init__(self, detail: str, *, field: str | None = None, retry_after: int | None = None):
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        # Errors travel from decoder processes, and pickle calls the class with `args` only.
        return (_rebuild, (type(self), self.detail, self.field, self.retry_after))


def _rebuild(kind: type[FindalikeError], detail: str, field: str | None, retry_after: int | None) -> FindalikeError:
    return kind(detail, field=field, retry_after=retry_after)


class InvalidInput(FindalikeError):
    status = 422
    title = "Invalid input"


class InvalidFilter(InvalidInput):
    title = "Invalid filter"


class MissingColumn(InvalidInput):
    title = "Missing column"


class UndecodableMedia(InvalidInput):
    title = "Undecodable media"


class NotFound(FindalikeError):
    status = 404
    title = "Not found"


class Gone(FindalikeError):
    status = 410
    title = "Gone"


class Conflict(FindalikeError):
    status = 409
    title = "Conflict"


class TooLarge(FindalikeError):
    status = 413
    title = "Too large"


class UnsupportedMedia(FindalikeError):
    status = 415
    title = "Unsupported media type"


class Unauthorized(FindalikeError):
    status = 401
    title = "Unauthorized"


class Forbidden(FindalikeError):
    status = 403
    title = "Forbidden"


class Overloaded(FindalikeError):
    status = 429
    title = "Too many requests"


class Unavailable(FindalikeError):
    status = 503
    title = "Unavailable"


class ModelUnavailable(Unavailable):
    title = "Model unavailable"


class StorageFull(FindalikeError):
    status = 507
    title = "Storage full"
