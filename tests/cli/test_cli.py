"""The command line, against a stand-in for the server: exit codes, output, and what it asks for."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from fake_server import FakeState, fake_server

from findalike.cli import Commands, exit_code, main
from findalike.cli.evaluate import _held_out
from findalike.errors import Forbidden, Overloaded, Unavailable
from findalike.settings import Settings

PNG = b"\x89PNG\r\n\x1a\n"

Run = Callable[..., int]


@pytest.fixture
def server() -> Iterator[tuple[str, FakeState]]:
    with fake_server() as running:
        yield running


@pytest.fixture
def run(server: tuple[str, FakeState], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command against the stand-in; answers its exit code."""
    monkeypatch.setenv("FINDALIKE_URL", server[0])
    monkeypatch.setenv("FINDALIKE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("FINDALIKE_CACHE_DIR", str(tmp_path / "cache"))
    return run_main


def run_main(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    return int(ended.value.code or 0)


def pictures(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number:03}.png").write_bytes(PNG + str(number).encode())
    return folder


# -- help and errors -----------------------------------------------------------------------------------------------


def test_help_is_quick_because_it_imports_nothing_heavy() -> None:
    heavy = {"pydantic", "httpx", "numpy", "sqlalchemy", "fastapi", "pymilvus"}
    code = (
        "import sys\nfrom findalike.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"print(sorted({heavy!r} & set(sys.modules)), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stderr.strip() == "[]"
    assert all(name in ended.stdout for name in Commands.table)


def every_command() -> Iterator[list[str]]:
    for name, entry in Commands.table.items():
        subcommands = getattr(entry.load(name), "commands", None)
        yield from ([name, sub] for sub in subcommands) if subcommands else [[name]]


@pytest.mark.parametrize("command", list(every_command()), ids=" ".join)
def test_every_command_shows_an_example(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_main(*command, "--help") == 0
    assert f"Example: findalike {' '.join(command)}" in " ".join(capsys.readouterr().out.split())


def test_a_server_that_is_away_is_one_sentence_and_4(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("collections", "list", "--url", "http://127.0.0.1:9") == 4
    error = capsys.readouterr().err
    assert error == ("findalike: No findalike server answers at http://127.0.0.1:9: start it with `findalike serve`.\n")


def test_what_is_not_there_is_3(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("collections", "show", "image-search", "nothing") == 3
    assert capsys.readouterr().err == "findalike: There is no collection image-search/nothing.\n"


def test_a_setting_that_makes_no_sense_is_2(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FINDALIKE_PORT", "many")
    assert run("doctor", "--offline") == 2
    assert capsys.readouterr().err.startswith("findalike: The setting FINDALIKE_PORT is not usable")


@pytest.mark.parametrize(("error", "code"), [(Forbidden("x"), 3), (Overloaded("x"), 4), (Unavailable("x"), 4)])
def test_exit_codes(error: Forbidden, code: int) -> None:
    assert exit_code(error) == code


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "image-search", "holiday"),
        ("search", "image-search", "holiday", "--text", "a", "--region", "0,0,1,1"),
        ("search", "image-search", "holiday", "--query", "[1]"),
        ("collections", "create", "image-search", "holiday", "--field", "year"),
        ("collections", "update", "image-search", "holiday"),
        ("items", "update", "image-search", "holiday", "0" * 64),
        ("load", "image-search", "holiday", "/there/is/nothing/here"),
        ("models", "fetch"),
        ("keys", "create", "me", "--scope", "everything"),
    ],
    ids=lambda arguments: " ".join(arguments[:2] + arguments[3:4]),
)
def test_wrong_usage_is_2(run: Run, server: tuple[str, FakeState], arguments: tuple[str, ...]) -> None:
    assert run(*arguments) == 2
    assert not server[1].requests


# -- loading -------------------------------------------------------------------------------------------------------


def test_load_sends_a_folder_in_batches_of_one_open_job(
    run: Run, server: tuple[str, FakeState], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = pictures(tmp_path / "photos", 4)
    pictures(folder / "more", 1)
    (folder / "more" / "000.png").write_bytes(PNG + b"else")
    (folder / "notes.txt").write_text("not a picture")
    (folder / ".hidden.png").write_bytes(PNG)
    assert run("load", "image-search", "holiday", folder, "--batch", 2, "--json") == 0
    state, output = server[1], capsys.readouterr()
    assert state.uploads == [["000.png", "001.png"], ["002.png", "003.png"], ["more/000.png"]]
    [job] = state.jobs.values()
    assert not job["open"]
    report = json.loads(output.out)
    assert (report["sent"], report["there"], report["failures"]) == (5, 0, [])
    assert report["left_out"] == {"text/plain": 1}
    assert report["jobs"][0]["state"] == "succeeded"
    assert "holiday" in state.collections


def test_load_goes_on_where_it_stopped(run: Run, server: tuple[str, FakeState], tmp_path: Path) -> None:
    folder = pictures(tmp_path, 3)
    assert run("load", "image-search", "holiday", folder / "001.png") == 0
    (folder / "copy-of-002.png").write_bytes((folder / "002.png").read_bytes())
    assert run("load", "image-search", "holiday", folder) == 0
    assert server[1].uploads == [["001.png"], ["000.png", "002.png"]]
    assert run("load", "image-search", "holiday", folder) == 0
    assert len(server[1].uploads) == 2


def test_update_sends_what_is_there_too(run: Run, server: tuple[str, FakeState], tmp_path: Path) -> None:
    folder = pictures(tmp_path, 2)
    for _ in range(2):
        assert run("load", "image-search", "holiday", folder, "--on-duplicate", "update") == 0
    assert server[1].uploads == [["000.png", "001.png"]] * 2


def test_a_lost_answer_is_asked_for_again_and_nothing_is_taken_in_twice(
    run: Run, server: tuple[str, FakeState], tmp_path: Path
) -> None:
    server[1].lost_answers = 1
    assert run("load", "image-search", "holiday", pictures(tmp_path, 3)) == 0
    assert len(server[1].uploads) == 1
    sent = [path for method, path in server[1].requests if method == "POST" and path.endswith("/items")]
    assert len(sent) == 2
    assert len(server[1].jobs) == 1


def test_a_job_that_closed_itself_is_followed_by_another(
    run: Run, server: tuple[str, FakeState], tmp_path: Path
) -> None:
    server[1].expire_after = 2
    assert run("load", "image-search", "holiday", pictures(tmp_path, 3), "--batch", 1) == 0
    assert len(server[1].jobs) == 2
    assert len(server[1].items) == 3


def test_files_that_fail_are_shown_and_make_it_1(
    run: Run, server: tuple[str, FakeState], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server[1].failing = {"001.png"}
    folder = pictures(tmp_path, 3)
    (folder / "huge.png").write_bytes(PNG + bytes(200_000))
    assert run("load", "image-search", "holiday", folder) == 1
    output = capsys.readouterr().out
    assert "001.png" in output
    assert "It is broken." in output
    assert "larger than 100,000 bytes" in output
    assert server[1].uploads == [["000.png", "001.png", "002.png"]]


def test_a_collection_made_for_nothing_is_not_kept(
    run: Run, server: tuple[str, FakeState], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server[1].failing = {"000.png"}
    assert run("load", "image-search", "holiday", pictures(tmp_path, 1)) == 1
    assert server[1].collections == {}
    assert "the collection 'holiday' was not kept" in capsys.readouterr().err
    run("collections", "create", "image-search", "holiday")
    assert run("load", "image-search", "holiday", pictures(tmp_path, 1)) == 1
    assert list(server[1].collections) == ["holiday"]


def test_tables_go_to_applications_that_take_records(run: Run, server: tuple[str, FakeState], tmp_path: Path) -> None:
    table = tmp_path / "words.csv"
    table.write_text("id,vector\na,[1]\n")
    assert run("load", "vector-search", "words", table, "--dimension", 1) == 0
    assert server[1].uploads == [["words.csv"]]
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "words.csv").write_text("id,vector\n")
    assert run("load", "image-search", "holiday", tmp_path / "folder") == 3


def test_control_c_closes_the_job_and_says_how_to_go_on(
    run: Run,
    server: tuple[str, FakeState],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from findalike.client import Client

    add_batch, calls = Client.add_batch, []

    def interrupted(*arguments: object, **options: object) -> object:
        if calls:
            raise KeyboardInterrupt
        calls.append(1)
        return add_batch(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Client, "add_batch", interrupted)
    assert run("load", "image-search", "holiday", pictures(tmp_path, 3), "--batch", 1) == 130
    [job] = server[1].jobs.values()
    assert not job["open"]
    assert job["state"] == "running"
    assert "run the same command again" in capsys.readouterr().err


# -- searching -----------------------------------------------------------------------------------------------------


def test_search_by_a_part_of_a_picture(
    run: Run, server: tuple[str, FakeState], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server[1].items["a" * 64] = "cat\x1b[31m.png"
    picture = pictures(tmp_path, 1) / "000.png"
    assert run("search", "image-search", "holiday", "--image", picture, "--region", "0,0.25,0.5,0.5") == 0
    region = {"x": 0.0, "y": 0.25, "width": 0.5, "height": 0.5}
    assert server[1].queries == [{"limit": 10, "media_id": "m1", "region": region}]
    output = capsys.readouterr().out
    assert "a" * 64 in output
    assert "\x1b" not in output


def test_several_things_make_a_mix(run: Run, server: tuple[str, FakeState], tmp_path: Path) -> None:
    picture = pictures(tmp_path, 1) / "000.png"
    more = ("--query", '{"group": false}', "--filter", "width > 3", "--limit", 5)
    assert run("search", "image-search", "holiday", "--image", picture, "--text", "snow", *more) == 0
    assert server[1].queries == [
        {"group": False, "filter": "width > 3", "limit": 5, "parts": [{"media_id": "m1"}, {"text": "snow"}]}
    ]


@pytest.mark.parametrize("suffix", ["json", "npy"])
def test_search_by_a_vector(run: Run, server: tuple[str, FakeState], tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"vector.{suffix}"
    if suffix == "npy":
        np.save(path, np.array([0.5, 1.0], dtype=np.float32))
    else:
        path.write_text("[0.5, 1]")
    assert run("search", "vector-search", "words", "--vector", path, "--json") == 0
    assert server[1].queries == [{"limit": 10, "vector": [0.5, 1.0]}]


# -- without --url -------------------------------------------------------------------------------------------------


@pytest.fixture
def started(server: tuple[str, FakeState], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happened to the server that a command started for itself, which is the stand-in."""
    happened: list[str] = []

    @contextmanager
    def ensure_server(settings: Settings, log: Path | None = None, *, port: int | None = None) -> Iterator[str]:
        happened.append("started")
        try:
            yield server[0]
        finally:
            happened.append("ended")

    monkeypatch.setenv("FINDALIKE_URL", "")
    monkeypatch.setattr("findalike.cli.running.ensure_server", ensure_server)
    monkeypatch.setattr("findalike.cli.running.running_server", lambda settings: None)
    return happened


def test_a_server_is_started_for_one_command(run: Run, started: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("collections", "show", "image-search", "nothing") == 3
    assert started == ["started", "ended"]
    assert "No server is running" in capsys.readouterr().err


def test_demo_loads_and_serves_until_control_c(
    run: Run,
    started: list[str],
    server: tuple[str, FakeState],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def pause(_: float) -> None:
        assert started == ["started"]
        raise KeyboardInterrupt

    # The module of one command only: other threads sleep, too.
    monkeypatch.setattr("findalike.cli.demo.time", SimpleNamespace(sleep=pause))
    assert run("demo", "image-search", "vector-search") == 0
    assert started == ["started", "ended"]
    assert len(server[1].jobs) == 2
    assert f"Open {server[0]}/" in capsys.readouterr().err


def test_demo_notices_that_the_server_is_gone(
    run: Run, started: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("findalike.cli.demo.time", SimpleNamespace(sleep=lambda _: None))
    assert run("demo") == 4
    assert "has ended" in capsys.readouterr().err


def test_demo_without_serving(run: Run, started: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("demo", "--no-serve", "--json") == 0
    assert started == ["started", "ended"]
    assert json.loads(capsys.readouterr().out)[0]["state"] == "succeeded"


def test_recommendations_to_a_stranger_say_so(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("recommend", "recommendation", "cinema", "--user", "stranger") == 0
    assert "Nothing is known of what user stranger may like: this is what suits most users." in capsys.readouterr().err
    assert run("recommend", "recommendation", "cinema", "--user", "known") == 0
    assert "Nothing is known" not in capsys.readouterr().err


@pytest.mark.parametrize("labels", [["x"], ["x", "y", "z"]])
def test_evaluating_needs_two_of_a_class(
    run: Run, labels: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "genes.csv"
    table.write_text("sequence,label\n" + "".join(f"ACGTACGTACGT,{label}\n" for label in labels))
    assert run("evaluate", "dna-classification", table) == 3
    assert f"Labelled rows: {len(labels)}, no two of the same class. A class needs at least two" in (
        " ".join(capsys.readouterr().err.split())
    )


def test_some_of_each_class_are_held_out_and_one_of_each_is_left() -> None:
    records = [{"label": label} for label in "aaaaaaaaaabbcda"]
    half = Counter(one["label"] for one in _held_out(records, 0.5))
    assert half == {"a": 6, "b": 1}
    few = [one["label"] for one in _held_out(records, 0.01)]
    assert few == ["a"]
    assert Counter(one["label"] for one in _held_out(records, 0.99)) == {"a": 10, "b": 1}


# -- the rest ------------------------------------------------------------------------------------------------------


def test_collections_are_created_and_listed(
    run: Run, server: tuple[str, FakeState], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("collections", "create", "image-search", "holiday", "--field", "year=integer") == 0
    assert server[1].collections["holiday"]["fields"] == {"year": "integer"}
    capsys.readouterr()
    assert run("collections", "list", "image-search", "--json") == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)] == ["holiday"]


def test_deleting_asks_first(run: Run, server: tuple[str, FakeState], monkeypatch: pytest.MonkeyPatch) -> None:
    run("collections", "create", "image-search", "holiday")
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert run("collections", "delete", "image-search", "holiday") == 1
    assert "holiday" in server[1].collections
    assert run("collections", "delete", "image-search", "holiday", "--yes") == 0
    assert not server[1].collections


def test_watching_a_job_with_failures_is_1(
    run: Run, server: tuple[str, FakeState], capsys: pytest.CaptureFixture[str]
) -> None:
    job = server[1].new_job()
    assert run("jobs", "watch", job["id"]) == 0
    job |= {"failed": 1, "failures": [{"entry": 1, "name": "cat.png", "reason": "It is broken."}]}
    assert run("jobs", "watch", job["id"]) == 1
    assert "It is broken." in capsys.readouterr().err
    assert run("jobs", "errors", job["id"], "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["name"] == "cat.png"


def test_keys_are_made_listed_and_removed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("keys", "create", "laptop", "--scope", "write", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert made["secret"].startswith("fa_")
    assert run("keys", "list") == 0
    listed = capsys.readouterr().out
    assert "laptop" in listed
    assert made["secret"] not in listed
    assert run("keys", "remove", made["id"]) == 0
    assert run("keys", "remove", made["id"]) == 3


def test_models_and_data_are_listed_and_verified_without_a_server(
    run: Run, server: tuple[str, FakeState], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("models", "list", "--json") == 0
    here = {one["name"]: one["fetched"] for one in json.loads(capsys.readouterr().out)}
    assert here["tiny"]
    assert not here["efficientnet-lite0"]
    assert run("models", "verify", "efficientnet-lite0") == 1
    assert run("models", "fetch", "no-such-model") == 3
    assert run("data", "list") == 0
    assert "pictures" in capsys.readouterr().out
    assert not server[1].requests


def test_doctor_finds_what_is_broken(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("doctor", "--offline", "--json") == 0
    states = {one["name"]: one["state"] for one in json.loads(capsys.readouterr().out)}
    assert states["data folder"] == states["applications"] == "ok"
    assert states["models of image-search"] == "warning"
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "catalog.sqlite").write_bytes(b"this is no database, and is long enough to be noticed")
    assert run("doctor", "--offline") == 1
    assert "✗ catalog" in capsys.readouterr().out
