"""Serving users' content, harmlessly: nosniff, sandboxed, as an attachment unless its type is on an allow-list."""

from __future__ import annotations

import asyncio
import secrets
from enum import IntEnum
from pathlib import Path

from starlette.responses import FileResponse, Response

from findalike.applications.base import Application
from findalike.decoders.sniff import sniff
from findalike.domain import Item, Place
from findalike.errors import NotFound
from findalike.pipelines.decode import preview
from findalike.pipelines.house import House

INLINE_TYPES = frozenset(
    {
        "image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/bmp",
        "video/mp4", "video/webm", "audio/mpeg", "audio/wav", "audio/ogg", "audio/flac", "text/plain",
    }
)  # fmt: skip


class PreviewSize(IntEnum):
    """The longest side of a preview, in pixels; few sizes, because each is kept."""

    SMALL = 128
    MEDIUM = 256
    LARGE = 512
    HUGE = 1024


_PREVIEW_VERSION = 1
_HARMLESS = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
_IMMUTABLE = "private, max-age=31536000, immutable"


def original(house: House, item: Item) -> FileResponse:
    """An item's original, with Range. Raises NotFound."""
    if not item.media_sha256 or not house.media.exists(item.media_sha256):
        raise NotFound("This item has no original file.")
    media_type = item.media_type or "application/octet-stream"
    return FileResponse(
        house.media.path(item.media_sha256),
        media_type=media_type,
        filename=Path(item.name.replace("\\", "/")).name or "original",
        content_disposition_type="inline" if media_type in INLINE_TYPES else "attachment",
        headers={"Cache-Control": _IMMUTABLE, "Content-Security-Policy": "sandbox; default-src 'none'"},
    )


def played(house: House, application: Application, item: Item) -> FileResponse:
    """The version of an item for browsers, with Range: its original, if they play that. Raises NotFound."""
    if not application.plays or not item.media_sha256:
        raise NotFound("Items of this application are not played.")
    path = house.playable(application, item.media_sha256)
    if not path.exists():
        return original(house, item)
    return FileResponse(
        path,
        media_type=sniff(path),
        content_disposition_type="inline",
        headers={"Cache-Control": _IMMUTABLE, "Content-Security-Policy": "sandbox; default-src 'none'"},
    )


async def thumbnail(
    house: House,
    application: Application,
    item: Item,
    size: PreviewSize,
    known: str | None,
    segment: int | None = None,
    place: Place | None = None,
) -> Response:
    """The preview of an item, or of one of its segments. Raises NotFound if its kind has none.

    That of an original is made once and kept. A record can change under its key, so its preview is drawn anew, unless
    `known` (If-None-Match) says that the client has the one of this revision."""
    if item.media_sha256 is None:
        tag = f'"{item.number}-{item.revision}-{size.value}-{segment}-v{_PREVIEW_VERSION}"'
        # A drawing may be SVG, which a browser would run scripts of where it is opened by itself.
        headers = {"Cache-Control": "private, no-cache", "ETag": tag, "Content-Security-Policy": _HARMLESS}
        if known == tag:
            return Response(status_code=304, headers=headers)
        content, media_type = await _drawn(house, application, item, size, place)
        return Response(content, media_type=media_type, headers=headers)
    folder = house.settings.data_dir / "previews" / item.media_sha256[:2]
    part = "" if segment is None else f"-{segment}.{item.revision}"
    path = folder / f"{application.name}-{item.media_sha256}-{size.value}{part}-v{_PREVIEW_VERSION}.webp"
    if not path.exists():
        content, _ = await _drawn(house, application, item, size, place)
        await asyncio.to_thread(_keep, path, content)
    return FileResponse(path, media_type="image/webp", headers={"Cache-Control": _IMMUTABLE})


async def _drawn(
    house: House, application: Application, item: Item, size: PreviewSize, place: Place | None
) -> tuple[bytes, str]:
    made = await house.decoders.run(preview, application, house.source(item), size.value, place)
    if made is None:
        raise NotFound("Items of this application have no preview.")
    return made


def _keep(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{secrets.token_hex(4)}")
    temporary.write_bytes(data)
    temporary.replace(path)
