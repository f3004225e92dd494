"""Opening sounds and videos with PyAV (FFmpeg's libraries), harmlessly. The only place that does.

FFmpeg knows formats that are lists of other files and addresses: only those that hold their contents themselves are
opened, and nothing but the file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av

from findalike.errors import FindalikeError, UndecodableMedia

FORMATS = (
    "wav,w64,aiff,flac,mp3,ogg,aac,ac3,eac3,amr,au,caf,wv,ape,tta,opus,"
    "mov,matroska,avi,mpeg,mpegts,mpegvideo,flv,asf,gif,m4v,h264,hevc,rm,mjpeg,ivf,dv,wtv,nut,mxf"
)

_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")


@contextmanager
def opened(path: str | Path, what: str) -> Iterator[Any]:
    """An `av.container.InputContainer`. All that goes wrong with it inside the block becomes one of our errors.

    `what` the file should be ("sound", "video") stands in their sentences. Raises UndecodableMedia."""
    av.logging.set_level(None)
    try:
        with av.open(
            str(path),
            metadata_errors="replace",
            options={"format_whitelist": FORMATS, "protocol_whitelist": "file"},
        ) as container:
            yield container
    except (FindalikeError, MemoryError):
        raise
    except (av.FFmpegError, ValueError, IndexError, OSError) as error:
        raise UndecodableMedia(
            f"This is no {what} that can be read here, or it is damaged ({_reason(error)}): "
            f"open it in another program, save it again, and send that."
        ) from error


def described(container: Any) -> dict[str, str]:
    """Title, artist and the like, as the file itself says them; without empty ones."""
    tags = {str(name).lower(): str(value).strip() for name, value in container.metadata.items()}
    found = {name: tags.get(name, "")[:1000] for name in ("title", "artist", "album", "genre")}
    year = _YEAR.search(tags.get("date", "") or tags.get("creation_time", ""))
    return {name: value for name, value in found.items() if value} | ({"year": year[0]} if year else {})


def seconds(container: Any) -> float | None:
    """How long it is, as its header says; None where it does not say."""
    return round(container.duration / 1_000_000, 3) if container.duration and container.duration > 0 else None


def decoded(container: Any, *streams: Any) -> Iterator[tuple[Any, Any]]:
    """What is decoded of some streams, each with the packet that it came in; what is damaged in between is left out.

    Raises UndecodableMedia if nothing of the first stream could be decoded."""
    some, broken = False, 0
    for packet in container.demux(*streams):
        try:
            found = packet.decode()
        except av.FFmpegError as error:
            broken += 1
            if not some and broken > _PATIENCE:
                raise UndecodableMedia(
                    f"Nothing in it can be decoded ({_reason(error)}): save it again in another program."
                ) from error
            continue
        for one in found:
            some |= packet.stream is streams[0]
            yield packet, one
    if not some:
        raise UndecodableMedia("There is nothing in it that can be decoded: save it again in another program.")


_PATIENCE = 100


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text).rstrip(".")
