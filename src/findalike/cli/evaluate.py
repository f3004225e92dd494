"""`findalike evaluate`."""

from __future__ import annotations

import secrets
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from findalike.cli.lazy import new_app
from findalike.cli.options import ApiKey, DataDir, Json, Models, Url, collection_settings
from findalike.cli.output import print_json, print_table, say
from findalike.cli.session import connected
from findalike.cli.train import evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from findalike.client import Client

_BATCH = 1000

app = new_app(help="Say how good an application is on your own data.")
app.command("recommendation")(evaluate)


@app.command("dna-classification")
def classification(
    table: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A labelled table.")],
    column: Annotated[
        list[str] | None,
        typer.Option(help="Which column is which part of a record, e.g. label=family.", metavar="PART=COLUMN"),
    ] = None,
    hold_out: Annotated[
        float, typer.Option(min=0.01, max=0.9, help="The share that is classified by means of the rest.")
    ] = 0.2,
    most: Annotated[int, typer.Option(min=1, help="Classify so many at most.")] = 500,
    seed: Annotated[int, typer.Option(help="Of the random choice.")] = 0,
    neighbours: Annotated[int, typer.Option(min=1, max=50, help="How many vote.")] = 5,
    model: Models = None,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Hold a part of labelled data out, classify it by means of the rest, and say how good that is.

    The rest goes into a collection of its own, which is deleted afterwards.

    Example: findalike evaluate dna-classification genes.csv --column label=family --model kmers=kmers-6
    """
    import numpy as np

    from findalike.applications.registry import Applications
    from findalike.cli.options import pairs
    from findalike.evaluation import measured

    application = "dna-classification"
    columns: dict[str, list[str]] = {}
    for one in column or []:
        part, name = next(iter(pairs([one], "--column").items()))
        columns.setdefault(part, []).append(name)
    records = _records(Applications.load().get(application), table, columns)
    order = [records[at] for at in np.random.default_rng(seed).permutation(len(records))]
    asked = _held_out(order, hold_out)[:most]
    held = {id(one) for one in asked}
    known = [one for one in order if id(one) not in held]
    say(f"{len(asked)} of {len(records)} labelled records are classified by means of {len(known)}.")
    name = f"evaluate-{secrets.token_hex(4)}"
    with connected(url, api_key, data_dir) as client:
        description = "Made by findalike evaluate, to be deleted."
        client.create_collection(application, name, **collection_settings(description=description, models=model))
        try:
            _fill(client, application, name, known)
            answers = [_classified(client, application, name, one, neighbours) for one in asked]
        finally:
            client.delete(application, name)
    found = measured([str(one["label"]) for one in asked], answers)
    if as_json:
        print_json(found)
        return
    rows = [
        ("accuracy", found.accuracy),
        ("macro-F1", found.macro_f1),
        ("always the commonest class", found.majority),
        ("unknown", found.unknown),
        ("right among those classified", found.accuracy_of_known),
        ("calibration error", found.calibration_error),
    ]
    print_table(("measure", "#value"), [(name, round(value, 4)) for name, value in rows])
    print_table(
        ("class", "#there", "#precision", "#recall", "#F1"), [list(vars(one).values()) for one in found.classes]
    )
    labels = [one.label for one in found.classes]
    say("Confusion: a line for each class that it is, a column for each that it was taken for.")
    print_table(
        ("", *(f"#{label}" for label in (*labels, "unknown"))),
        [(label, *row) for label, row in zip(labels, found.confusion, strict=True)],
    )


def _held_out(records: Sequence[dict[str, Any]], share: float) -> list[dict[str, Any]]:
    """The first records of each class, so many of each hundred; of every class one is left, and one of all is taken."""
    of_class = Counter(str(one["label"]) for one in records)
    left = {label: min(round(share * count), count - 1) for label, count in of_class.items()}
    if not any(left.values()):
        left[of_class.most_common(1)[0][0]] = 1
    found = []
    for one in records:
        if left[str(one["label"])] > 0:
            left[str(one["label"])] -= 1
            found.append(one)
    return found


def _records(application: Any, table: Path, columns: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """The labelled records of a table, as the API takes them. Raises InvalidInput if there are none."""
    from pydantic import ValidationError

    from findalike.decoders.sniff import sniff
    from findalike.decoders.tables import RowError, rows
    from findalike.errors import FindalikeError, InvalidInput

    found: list[dict[str, Any]] = []
    for row in rows(table, sniff(table, table.name)):
        if isinstance(row, RowError):
            continue
        with suppress(FindalikeError, ValidationError):
            record = application.row(row.values, columns)
            if getattr(record, "label", None):
                found.append({**record.model_dump(exclude={"id"}), "id": f"row-{row.number}"})
    if not found:
        raise InvalidInput("There are no labelled rows: say which column is the class, --column label=COLUMN.")
    if max(Counter(one["label"] for one in found).values()) < 2:
        raise InvalidInput(
            f"Labelled rows: {len(found)}, no two of the same class. A class needs at least two, one to be classified "
            "and one to know it by; some ten of each make figures that mean something."
        )
    return found


def _fill(client: Client, application: str, collection: str, records: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(records), _BATCH):
        client.wait(client.add_records(application, collection, records[start : start + _BATCH]).id)


def _classified(
    client: Client, application: str, collection: str, record: Mapping[str, Any], neighbours: int
) -> tuple[str | None, float]:
    sequence = str(record["sequence"])[:20_000]
    answer = client.operate(application, collection, "classify", sequence=sequence, neighbours=neighbours)
    return answer["label"], float(answer["confidence"])
