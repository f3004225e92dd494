"""`findalike search`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from findalike.cli.options import ApiKey, App, Collection, DataDir, Json, Url
from findalike.cli.output import print_json, print_table, say
from findalike.cli.session import connected
from findalike.domain import clock

if TYPE_CHECKING:
    from findalike.client import Client
    from findalike.server.schemas import HitOut, SegmentOut

_EXCERPT, _BEFORE = 160, 40
"""Characters shown of a passage, and how many of them before the first word that was asked for, at most."""


def search(
    application: App,
    collection: Collection,
    image: Annotated[
        Path | None,
        typer.Option("--image", "--file", exists=True, dir_okay=False, help="Like this file.", metavar="FILE"),
    ] = None,
    text: Annotated[str | None, typer.Option(help="Matching these words.", metavar="WORDS")] = None,
    item: Annotated[str | None, typer.Option(help="Like this item.", metavar="ID")] = None,
    region: Annotated[
        str | None,
        typer.Option(help="Only this part of the picture, in fractions of its size.", metavar="X,Y,WIDTH,HEIGHT"),
    ] = None,
    part: Annotated[
        str | None,
        typer.Option(help="Only this part of the sound or video, in seconds.", metavar="START,END"),
    ] = None,
    vector: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Like this vector.", metavar="FILE.json|FILE.npy")
    ] = None,
    filter: Annotated[str | None, typer.Option(help="Only items that match.", metavar="FILTER")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Hits at most.")] = 10,
    min_score: Annotated[float | None, typer.Option(help="Leave out hits worse than this.")] = None,
    query: Annotated[
        str | None, typer.Option(help="The application's own query, or a part of it.", metavar="JSON")
    ] = None,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Search a collection: by a file, words, an item or a vector; several of them make a mix.

    Example: findalike search image-search holiday --image dog.jpg --text snow --filter 'width >= 640'
    """
    asked = _json_query(query)
    given: dict[str, Any] = {"filter": filter, "min_score": min_score, "limit": limit if "limit" not in asked else None}
    asked |= {name: value for name, value in given.items() if value is not None}
    place = _region(region)
    if place and image is None and item is None:
        raise typer.BadParameter("It is a part of a picture: give --image or --item with it.", param_hint="--region")
    if part is not None:
        if image is None and item is None:
            raise typer.BadParameter("It needs a file or an item: give --file or --item with it.", param_hint="--part")
        asked["part"] = _part(part)
    parts: list[dict[str, Any]] = []
    if vector is not None:
        parts.append({"vector": _vector(vector)})
    if text is not None:
        parts.append({"text": text})
    if item is not None:
        parts.append({"item_id": item} | ({"region": place} if place and image is None else {}))
    if not parts and image is None and query is None:
        raise typer.BadParameter("Say what to look for: --image, --text, --item, --vector or --query.")
    with connected(url, api_key, data_dir) as client:
        if image is not None:
            parts.insert(0, {"media_id": _media(client, image)} | ({"region": place} if place else {}))
        asked |= parts[0] if len(parts) == 1 else {"parts": [*asked.get("parts", []), *parts]} if parts else {}
        answer = client.search(application, collection, **asked)
    if as_json:
        print_json(answer)
        return
    if any(one.segment.text for one in answer.hits):
        rows = [(one.rank, one.score, one.item.name, _excerpt(one.segment)) for one in answer.hits]
        print_table(("#rank", "#score", "name", "passage"), rows)
    elif any("start" in one.segment.place for one in answer.hits):
        timed = [(one.rank, one.score, one.item.name, _stretch(one), one.item.id) for one in answer.hits]
        print_table(("#rank", "#score", "name", "place", "id"), timed)
    else:
        rows = [(one.rank, one.score, one.item.name, one.item.id) for one in answer.hits]
        print_table(("#rank", "#score", "name", "id"), rows)
    took = answer.took
    parts_of_it = f"encoding {took.encode_ms:.0f}, vectors {took.vectors_ms:.0f}"
    say(f"{len(answer.hits)} hits in {took.total_ms:.0f} ms ({parts_of_it}).")


def _excerpt(segment: SegmentOut) -> str:
    """A passage from the sentence on that is nearest to the query, or else from shortly before the first word that was
    asked for, on one line."""
    text = segment.text or ""
    first = max(0, segment.highlights[0][0] - _BEFORE) if segment.highlights else 0
    begin, end = segment.sentence or (first, first + _EXCERPT - _BEFORE)
    start = begin if end > _EXCERPT else 0
    shown = " ".join(text[start : start + _EXCERPT].split())
    return f"{'… ' if start else ''}{shown}{' …' if start + _EXCERPT < len(text) else ''}"


def _media(client: Client, path: Path) -> str:
    return client.add_media(path).media_id


def _json_query(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        found = json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"This is not JSON: {error}.", param_hint="--query") from error
    if not isinstance(found, dict):
        raise typer.BadParameter("It must be a JSON object.", param_hint="--query")
    return found


def _region(text: str | None) -> dict[str, float] | None:
    if text is None:
        return None
    try:
        x, y, width, height = (float(part) for part in text.split(","))
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not of the form x,y,width,height, each from 0 to 1.", param_hint="--region"
        ) from None
    return {"x": x, "y": y, "width": width, "height": height}


def _part(text: str) -> dict[str, float]:
    try:
        start, end = (float(one) for one in text.split(","))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not of the form START,END, in seconds.", param_hint="--part") from None
    return {"start": start, "end": end}


def _stretch(hit: HitOut) -> str:
    """Where a segment lies: 0:12–0:13 in what is played, and else from one letter to another, counted from 1."""
    start, end = hit.segment.place.get("start"), hit.segment.place.get("end")
    if not isinstance(start, int | float) or not isinstance(end, int | float):
        return ""
    return f"{clock(start)}–{clock(end)}" if hit.item.links.play else f"{start + 1:,}–{end:,}"


def _vector(path: Path) -> list[float]:
    """A list of numbers in JSON, or a one-dimensional array in npy."""
    try:
        if path.suffix.lower() == ".npy":
            import numpy as np

            loaded = np.load(path, allow_pickle=False)
            return [float(one) for one in loaded.reshape(-1)]
        return [float(one) for one in json.loads(path.read_bytes())]
    except (ValueError, TypeError) as error:
        raise typer.BadParameter(f"{path} holds no vector: {error}.", param_hint="--vector") from error
