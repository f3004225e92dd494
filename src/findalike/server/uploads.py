"""Taking files in: the body is streamed, each file goes to the media store while its hash is computed.

Nothing is acknowledged before the originals are on disk and the job's rows are committed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from findalike.applications.base import Application
from findalike.catalog.media import Media
from findalike.decoders.sniff import sniff
from findalike.domain import EntryDraft, EntryKind
from findalike.errors import Conflict, FindalikeError, InvalidInput, NotFound, TooLarge, Unavailable
from findalike.fields import check_metadata
from findalike.media.store import Staged
from findalike.pipelines.contents import kind_of
from findalike.pipelines.house import House

STREAMED = 2**62
"""`max_body_size` of routes whose body is streamed: they have limits of their own, from the settings."""

MAX_PARTS = 10_000
"""Parts of one form: what is known of each waits in memory, and then goes into the catalog in one transaction."""

_BUFFER = 1024 * 1024
_MAX_HEADER = 8192
_MAX_VALUE = 256 * 1024
_MAX_VALUES = 64 * 1024 * 1024


@dataclass
class StagedFile:
    """A file of a request, stored: its name as the client gave it (never a path to us), and what it is."""

    name: str
    staged: Staged
    media_type: str
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def media(self) -> Media:
        return Media(self.staged.sha256, self.staged.size, self.media_type)


class Receiver:
    """Receives the files of one request. Use `stage`, then `flush`; blocking work runs in threads."""

    def __init__(self, house: House, *, max_file: int, max_parts: int = MAX_PARTS):
        self._house, self._max_file, self._max_parts = house, max_file, max_parts

    async def stage(self, request: Request, name: str | None = None) -> list[StagedFile]:
        """Store every file of a multipart body, or the body itself as one file.

        Raises TooLarge, InvalidInput (broken multipart, bad metadata), StorageFull; then nothing refers to what was
        stored, and the sweeper deletes it."""
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        if kind != "multipart/form-data":
            return [await self._single(self._body(request), name or "upload", kind)]
        files: list[StagedFile] = []
        try:
            await self._multipart(self._body(request), options.get("boundary", ""), files)
        except BaseException:
            await asyncio.shield(asyncio.to_thread(self._abandon, files))
            raise
        return files

    def _abandon(self, files: list[StagedFile]) -> None:
        """Let the catalog know of files that nobody will refer to: what it does not know is only deleted at start."""
        with suppress(FindalikeError):
            self._house.catalog.media.note([one.media for one in files], self._house.media.exists)

    async def flush(self, files: list[StagedFile]) -> None:
        """Make sure that the files outlive a power cut, and note them in the catalog."""
        try:
            await asyncio.to_thread(self._house.media.flush, [one.staged for one in files])
            await asyncio.to_thread(
                self._house.catalog.media.note, [one.media for one in files], self._house.media.exists
            )
        except (NotFound, Conflict) as error:
            # The sweeper took it for an original that nobody needs any more.
            raise Unavailable("A file was deleted while it was stored: send it again.", retry_after=1) from error

    async def _body(self, request: Request) -> AsyncIterator[bytes]:
        limit = self._house.settings.max_request
        length = request.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length) > limit:
            raise TooLarge(f"This request is larger than {limit} bytes: send the files in several requests.")
        received = 0
        try:
            async for chunk in request.stream():
                received += len(chunk)
                if received > limit:
                    raise TooLarge(f"This request is larger than {limit} bytes: send the files in several requests.")
                yield chunk
        except ClientDisconnect as error:
            raise InvalidInput("The upload ended before it was complete: send it again.") from error

    async def _single(self, body: AsyncIterator[bytes], name: str, declared: str) -> StagedFile:
        part = _Part(self._house, name, self._max_file, declared)
        try:
            async for chunk in body:
                await part.write(chunk)
            return await part.finish({})
        finally:
            await part.abort()

    async def _multipart(self, body: AsyncIterator[bytes], boundary: str, files: list[StagedFile]) -> None:
        metadata: dict[str, Any] = {}
        described, length = 0, 0
        part: _Part | None = None
        value: _Value | None = None
        try:
            with PushMultipartParser(
                boundary, max_header_size=_MAX_HEADER, max_segment_count=self._max_parts
            ) as parser:
                async for chunk in body:
                    for event in parser.parse(chunk):
                        if isinstance(event, MultipartSegment):
                            if event.filename is not None:
                                part = _Part(self._house, event.filename or "upload", self._max_file)
                            else:
                                value = _Value(event.name)
                        elif event is None:
                            if part:
                                files.append(await part.finish(metadata))
                            elif value:
                                metadata, length = value.metadata(), value.size
                            # Each file's entry has a copy of the metadata before it.
                            described += length
                            if described > _MAX_VALUES:
                                raise TooLarge("There is too much metadata in this form: send fewer files at once.")
                            part = value = None
                        elif part:
                            await part.write(event)
                        elif value:
                            value.write(event)
        except ParserLimitReached as error:
            raise TooLarge(
                f"A form may have {self._max_parts} parts, each with headers of at most {_MAX_HEADER} bytes: "
                "send the files in several requests."
            ) from error
        except MultipartError as error:
            raise InvalidInput(f"The multipart body is broken ({error}): send it again.") from error
        finally:
            if part:
                await part.abort()
        if not files:
            raise InvalidInput(
                "There is no file in this request: send at least one part with a filename.", field="file"
            )


class _Value:
    """A form value that is not a file."""

    def __init__(self, name: str):
        self.name, self._data = name, bytearray()

    def write(self, data: bytes) -> None:
        self._data += data
        if len(self._data) > _MAX_VALUE:
            raise TooLarge(f"The form value {self.name!r} is larger than {_MAX_VALUE} bytes.")

    @property
    def size(self) -> int:
        return len(self._data)

    def metadata(self) -> dict[str, Any]:
        if self.name != "metadata":
            raise InvalidInput(f"There is no form value {self.name!r}; there are file and metadata.", field=self.name)
        with suppress(ValueError, RecursionError):
            found = json.loads(self._data or b"{}", parse_constant=_refuse)
            if isinstance(found, dict):
                check_metadata(found)
                return found
        raise InvalidInput("The metadata is not a JSON object.", field="metadata")


def _refuse(constant: str) -> None:
    raise ValueError(constant)


class _Part:
    """One file on its way into the store; small writes are collected, so that few of them cross to a thread."""

    def __init__(self, house: House, name: str, limit: int, declared: str = ""):
        self._house, self._name, self._limit = house, name.replace("\0", "")[:1000], limit
        self._declared = declared
        self._writer = house.media.writer()
        self._buffer, self._size, self._done = bytearray(), 0, False

    async def write(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            raise TooLarge(f"{self._name} is larger than {self._limit} bytes, the most that this server takes.")
        self._buffer += data
        if len(self._buffer) >= _BUFFER:
            full, self._buffer = bytes(self._buffer), bytearray()
            await asyncio.to_thread(self._writer.write, full)

    async def finish(self, metadata: dict[str, Any]) -> StagedFile:
        file = await asyncio.to_thread(self._close, metadata)
        self._done = True
        return file

    def _close(self, metadata: dict[str, Any]) -> StagedFile:
        self._writer.write(bytes(self._buffer))
        # Once it is in its place, a sweeper may delete it until the catalog knows it.
        media_type = sniff(self._writer.path, self._name, self._declared)
        return StagedFile(self._name, self._writer.finish(), media_type, metadata)

    async def abort(self) -> None:
        if not self._done:
            await asyncio.to_thread(self._writer.abort)


def drafts(application: Application, files: list[StagedFile]) -> list[EntryDraft]:
    """The entries that files become; what an application does not take is a failed one."""
    made: list[EntryDraft] = []
    for file in files:
        try:
            kind, reason = kind_of(application, file.media_type), None
        except FindalikeError as error:
            kind, reason = EntryKind.FILE, error.detail
        made.append(
            EntryDraft(
                kind,
                file.name,
                media_sha256=None if reason else file.staged.sha256,
                metadata=file.metadata,
                reason=reason,
            )
        )
    return made
