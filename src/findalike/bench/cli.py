"""`findalike bench`: the benchmarks as commands."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

import typer
from rich.console import Console

from findalike.bench import report
from findalike.bench.harness import Result, Run
from findalike.cli.output import print_table, say
from findalike.cli.session import end_tidily

app = typer.Typer(no_args_is_help=True, help="Measure this findalike on this machine.")

Out = Annotated[Path, typer.Option(help="Where result files go.")]

_OUT = Path("bench-results")


def _report(console: Console, out: Path, measure: Callable[[Run], object]) -> None:
    """Run a benchmark with a line that says what it does, then show and keep what it found, also if it is stopped or
    fails."""
    end_tidily()
    # Whoever cannot write there wants to know it now.
    out.mkdir(parents=True, exist_ok=True)
    stopped: BaseException | None = None
    with console.status("starting") as status:
        run = Run(status.update)
        try:
            measure(run)
        except (KeyboardInterrupt, Exception) as error:
            if not (run.result and run.result.figures):
                console.print("Nothing had been measured yet.")
                raise
            run.result.interrupted, stopped = True, error
    result = run.result
    assert result
    result.command = f"findalike {shlex.join(_worth_telling(sys.argv[1:]))}"
    report.show(result, console)
    first, *others = report.write(result, out)
    console.print(f"All samples: {first} ({len(others)} more beside it)")
    if result.charts and len(others) == 1:
        console.print("For pictures of the charts: pip install 'findalike\\[bench]'")
    if stopped:
        console.print("[yellow]Interrupted: this is what had been measured.[/yellow]")
        raise typer.Exit(130) if isinstance(stopped, KeyboardInterrupt) else stopped


def _worth_telling(arguments: list[str]) -> list[str]:
    """A command's arguments without where its results go."""
    kept, skipped = [], False
    for one in arguments:
        if not skipped and one != "--out" and not one.startswith("--out="):
            kept.append(one)
        skipped = one == "--out"
    return kept


@app.command()
def ann(
    engine: Annotated[
        list[str] | None,
        typer.Option(help="lite, lite-plain, faiss, hnswlib, brute, or a Milvus server's address; repeatable."),
    ] = None,
    index: Annotated[list[str] | None, typer.Option(help="FLAT, HNSW or IVF_FLAT; repeatable.")] = None,
    m: Annotated[list[int] | None, typer.Option(min=2, max=256, help="HNSW's M; repeatable: it is built anew.")] = None,
    nlist: Annotated[list[int] | None, typer.Option(min=1, max=65536, help="IVF's clusters; likewise.")] = None,
    data: Annotated[
        str, typer.Option(help="clustered, uniform, or a file: .fvecs, .bvecs, .npy, .hdf5 or .parquet.")
    ] = "clustered",
    vectors: Annotated[int, typer.Option(min=200, help="Of a file, the most that are used.")] = 100_000,
    dimension: Annotated[int, typer.Option(min=2, help="Of vectors that are made up.")] = 384,
    queries: Annotated[int, typer.Option(min=1)] = 200,
    metric: Annotated[str | None, typer.Option(help="COSINE, IP or L2; a file may bring its own.")] = None,
    clients: Annotated[int, typer.Option(min=1, help="The most at once: 1, 2, 4 … up to so many.")] = 16,
    seconds: Annotated[float, typer.Option(min=0.01, help="For each point that is measured.")] = 1.0,
    table: Annotated[
        bool, typer.Option("--table", help="Also 1 to 1,000 queries in a call, and 1 to 500 answers for each.")
    ] = False,
    out: Out = _OUT,
) -> None:
    """Vector engines beside each other: recall, speed, memory, filters, writing meanwhile; exact answers are kept.

    Example: findalike bench ann --vectors 20000 --index HNSW
    """
    from findalike.bench.ann.data import METRICS, load
    from findalike.bench.ann.engines import EFFORTS, Shape
    from findalike.bench.ann.measure import Plan
    from findalike.bench.ann.measure import run as measure
    from findalike.settings import Settings

    indexes = [one for one in EFFORTS if one in (index or ["FLAT", "HNSW"])]
    if unknown := set(index or ()) - set(EFFORTS):
        raise typer.BadParameter(f"{min(unknown)} is none of {', '.join(EFFORTS)}.", param_hint="--index")
    measured = next((one for one in METRICS if one == metric), None)
    if metric and measured is None:
        raise typer.BadParameter(f"{metric} is none of {', '.join(METRICS)}.", param_hint="--metric")
    plan = Plan(
        engine or ["lite", "faiss", "hnswlib", "brute"],
        indexes,
        clients=[2**power for power in range(clients.bit_length())],
        seconds=seconds,
        table=table,
        shapes=[Shape(*one) for one in product(m or [Shape.m], nlist or [Shape.nlist])],
    )
    chosen = load(data, vectors, dimension, queries, measured)
    cache = Settings().cache_dir / "bench-truth"
    _report(Console(stderr=True), out, lambda tell: measure(tell, chosen, plan, cache))


@app.command()
def api(
    vectors: Annotated[int, typer.Option(min=200)] = 20_000,
    clients: Annotated[int, typer.Option(min=1, max=256, help="The most at once: 1, 4, 16, 32, 64, 256.")] = 256,
    seconds: Annotated[float, typer.Option(min=0.1, help="For each point that is measured.")] = 2.0,
    milvus_uri: Annotated[str | None, typer.Option(help="A Milvus server, instead of Milvus Lite.")] = None,
    own: Annotated[bool, typer.Option(help="findalike's server, and bare pymilvus beside it.")] = True,
    variants: Annotated[bool, typer.Option(help="findalike also under uvicorn, and without coalescing.")] = True,
    flask: Annotated[bool, typer.Option(help="The same endpoints in Flask and in FastAPI.")] = True,
    out: Out = _OUT,
) -> None:
    """The HTTP layer: protocols, servers, coalescing; bare pymilvus beside it; and Flask beside FastAPI.

    Example: findalike bench api --vectors 5000 --clients 16 --seconds 0.5
    """
    from findalike.bench.api.measure import VARIANTS, Plan
    from findalike.bench.api.measure import run as measure

    if not find_spec("pyreqwest"):
        raise typer.BadParameter("this needs the load generator: pip install 'findalike[bench]'")
    plan = Plan(
        vectors,
        seconds,
        [one for one in (1, 4, 16, 32, 64, 256) if one <= clients],
        milvus_uri,
        variants=VARIANTS if variants else VARIANTS[:1],
        own=own,
        flask=flask,
        cores=os.cpu_count() or 1,
    )
    _report(Console(stderr=True), out, lambda tell: measure(tell, plan))


@app.command()
def ingest(
    application: Annotated[
        Literal[
            "image-search",
            "text-search",
            "question-answering",
            "audio-search",
            "vector-search",
            "molecule-search",
            "dna-classification",
        ],
        typer.Argument(),
    ] = "image-search",
    items: Annotated[int, typer.Option(min=4, help="Files, or rows of a table; fewer if there are not so many.")] = 500,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    out: Out = _OUT,
) -> None:
    """Ingestion end to end, beside decoding and encoding alone; where the time goes, and memory over time.

    Videos: see `findalike bench video`. Example: findalike bench ingest text-search --items 50
    """
    from findalike.bench import ingest as benchmark

    _report(Console(stderr=True), out, partial(benchmark.run, application, items, rounds))


@app.command()
def ask(
    characters: Annotated[int, typer.Option(min=100_000, help="Of all documents.")] = 2_100_000, out: Out = _OUT
) -> None:
    """How soon question-answering answers, out of some 5,000 passages.

    Example: findalike bench ask --characters 400000
    """
    from findalike.bench import ask as benchmark

    _report(Console(stderr=True), out, partial(benchmark.run, characters))


@app.command()
def large(
    passages: Annotated[int, typer.Option(min=100)] = 50_000,
    model: Annotated[str, typer.Option(help="The model card of the vector.")] = "minilm-l6",
    out: Out = _OUT,
) -> None:
    """Import many passages into text-search with a kill -9 in the middle, then search; times and memory.

    Example: findalike bench large --model tiny-text
    """
    from findalike.bench import large as benchmark

    _report(Console(stderr=True), out, partial(benchmark.run, passages, model))


@app.command()
def search(
    vectors: Annotated[int, typer.Option(min=100)] = 20_000,
    dimension: Annotated[int, typer.Option(min=2)] = 384,
    clients: Annotated[int, typer.Option(min=2)] = 32,
    out: Out = _OUT,
) -> None:
    """What HTTP adds to a search, and what coalescing gives to many clients.

    Example: findalike bench search --vectors 5000
    """
    from findalike.bench import search as benchmark

    _report(Console(stderr=True), out, lambda tell: benchmark.run(vectors, dimension, clients, tell))


@app.command()
def start(out: Out = _OUT) -> None:
    """How soon a server is ready, and its memory when idle.

    Example: findalike bench start
    """
    from findalike.bench import start as benchmark

    _report(Console(stderr=True), out, benchmark.run)


@app.command()
def quality(
    application: Annotated[
        Literal[
            "image-search",
            "text-search",
            "audio-search",
            "video-search",
            "video-analysis",
            "molecule-search",
            "dna-classification",
            "recommendation",
        ],
        typer.Argument(),
    ] = "image-search",
    model: Annotated[
        list[str] | None, typer.Option(help="Of image-search and text-search: model cards to compare; repeatable.")
    ] = None,
    own: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            help="Your own data: for image-search a folder with a folder of pictures for each label, "
            "for text-search a CSV with the columns query and text.",
        ),
    ] = None,
    out: Out = _OUT,
) -> None:
    """Retrieval quality with known answers, beside a simple baseline, with intervals of 95 %; for each model card.

    Example: findalike bench quality text-search --model minilm-l6 --model bge-small-en
    """
    from findalike.bench import analysis_quality as analysis
    from findalike.bench import audio_quality as sounds
    from findalike.bench import dna as genes
    from findalike.bench import molecules as chemicals
    from findalike.bench import quality as pictures
    from findalike.bench import recommendation as ratings
    from findalike.bench import text_quality as texts
    from findalike.bench import video as videos

    measures: dict[str, Callable[[Run], Result]] = {
        "image-search": lambda run: pictures.run(model or ["efficientnet-lite0"], run, own),
        "text-search": lambda run: texts.run(model or ["minilm-l6"], run, own),
        "audio-search": sounds.run,
        "video-search": lambda run: videos.run(120, 100, 0, run),
        "molecule-search": lambda run: chemicals.run(10_000, run),
        "dna-classification": lambda run: genes.run(200, 20, run),
        "recommendation": lambda run: ratings.run(200, run),
        "video-analysis": analysis.run,
    }
    if (own or model) and application not in ("image-search", "text-search"):
        raise typer.BadParameter("--model and --own are for image-search and text-search.")
    _report(Console(stderr=True), out, measures[application])


@app.command()
def molecules(
    molecules: Annotated[int, typer.Option(min=100, help="How many of the sample's 71,000.")] = 70_000, out: Out = _OUT
) -> None:
    """Molecules: intake beside bare RDKit and Milvus, searches beside the Milvus call, both beside brute force.

    Example: findalike bench molecules --molecules 10000
    """
    from findalike.bench import molecules as benchmark

    _report(Console(stderr=True), out, lambda tell: benchmark.run(molecules, tell))


@app.command()
def dna(
    asked: Annotated[int, typer.Option(min=8, help="How many genes are classified.")] = 400,
    aligned: Annotated[int, typer.Option(min=1, help="With how many others each of them is aligned.")] = 20,
    out: Out = _OUT,
) -> None:
    """DNA: how fast profiles are made, and how well classes are told, beside plain alignment.

    Example: findalike bench dna --asked 100
    """
    from findalike.bench import dna as benchmark

    _report(Console(stderr=True), out, lambda tell: benchmark.run(asked, aligned, tell))


@app.command()
def video(
    shots: Annotated[int, typer.Option(min=20)] = 500,
    tries: Annotated[int, typer.Option(min=1)] = 200,
    minutes: Annotated[float, typer.Option(min=0, help="Of the long video; 0 leaves it out.")] = 30,
    out: Out = _OUT,
) -> None:
    """Videos: how fast and in how much memory they go in, which shots are found, whether cuts are.

    Example: findalike bench video --shots 60 --tries 20 --minutes 1
    """
    from findalike.bench import video as benchmark

    _report(Console(stderr=True), out, lambda tell: benchmark.run(shots, tries, minutes, tell))


@app.command()
def recommend(users: Annotated[int, typer.Option(min=1, max=900)] = 200, out: Out = _OUT) -> None:
    """How well recommendation foretells on MovieLens, and how soon it answers.

    Example: findalike bench recommend --users 50
    """
    from findalike.bench import recommendation as benchmark

    _report(Console(stderr=True), out, partial(benchmark.run, users))


@app.command()
def kill(
    times: Annotated[int, typer.Option(min=1)] = 20, seed: Annotated[int, typer.Option()] = 0, out: Out = _OUT
) -> None:
    """kill -9 at random moments of an ingestion; fails if an acknowledged file is missing or there twice.

    Example: findalike bench kill --times 5
    """
    from findalike.bench import kill as benchmark

    def measure(run: Run) -> None:
        result = run.begin("kill", {"times": times, "seed": seed})
        with TemporaryDirectory(prefix="findalike-bench-") as folder:
            moments = benchmark.run(Path(folder), times, seed, run)
        result.add("kills survived", "", float(times))
        for name, number in moments.items():
            result.add(f"of them {name}", "", float(number))

    console = Console(stderr=True)
    try:
        _report(console, out, measure)
    except benchmark.Violated as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    after: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
) -> None:
    """Two result files of one benchmark beside each other. "yes" says that chance hardly explains a change.

    Example: findalike bench compare before.json after.json
    """
    from findalike.bench import compare as comparing

    one, other = report.read(before), report.read(after)
    rows = [
        (
            change.name,
            f"{change.before:.4g}",
            f"{change.after:.4g}",
            "" if change.ratio is None else f"{change.ratio:.3g}",
            change.unit,
            "" if change.sure is None else "yes" if change.sure else "no",
        )
        for change in comparing.compare(one, other)
    ]
    print_table(("measure", "#before", "#after", "#times", "unit", "sure"), rows)
    for sentence in comparing.differences(one, other):
        say(sentence)


@app.command()
def page(
    results: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Result files (JSON).")],
    target: Annotated[Path, typer.Option(help="The page; its pictures go beside it, into images.")] = Path(
        "docs/benchmarks.md"
    ),
) -> None:
    """Make the page of the documentation that shows results, out of their files.

    Example: findalike bench page bench-results/ann-20261121-174500.json
    """
    from findalike.bench.page import write

    for path in write([report.read(one) for one in results], target):
        say(f"{path}")
