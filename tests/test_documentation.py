"""The documentation is checked against the code: names, commands, addresses and examples exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from findalike import settings as settings_module
from findalike.applications.analysis_types import AnalysisQuery
from findalike.applications.audio_search import AudioQuery
from findalike.applications.base import SearchQuery
from findalike.applications.dna_types import DnaQuery
from findalike.applications.image_search import ImageQuery
from findalike.applications.molecule_types import MoleculeQuery
from findalike.applications.recommendation_types import ItemQuery
from findalike.applications.registry import Applications
from findalike.applications.text_search import TextQuery
from findalike.applications.vector_search import VectorQuery
from findalike.applications.video_search import VideoQuery
from findalike.cli import Commands, application
from findalike.domain import FieldType
from findalike.filters import parse
from findalike.server.app import create_app
from findalike.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = {
    page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8")
    for page in [
        ROOT / "README.md",
        ROOT / "ARCHITECTURE.md",
        ROOT / "CHANGELOG.md",
        *sorted((ROOT / "docs").glob("*.md")),
    ]
}
EXPECTED = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] + [
    f"docs/{name}.md"
    for name in (
        "api",
        "client",
        "dna-classification",
        "filters",
        "image-search",
        "live",
        "map",
        "models",
        "molecule-search",
        "operations",
        "plugins",
        "question-answering",
        "recommendation",
        "text-search",
        "vector-search",
    )
]
FIELDS: dict[str, FieldType] = {
    "year": "integer", "rating": "number", "title": "text", "tag": "text",
    "format": "text", "width": "integer", "draft": "boolean",
}  # fmt: skip
every_page = pytest.mark.parametrize("page", PAGES)


def blocks(text: str, *languages: str) -> list[str]:
    return [body for language, body in re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S) if language in languages]


def prose(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


def test_every_page_is_there() -> None:
    assert set(EXPECTED) <= set(PAGES)


def test_the_readme_is_short() -> None:
    assert 350 <= len(PAGES["README.md"].split()) <= 550


# -- settings ------------------------------------------------------------------------------------------------


def command_options() -> set[str]:
    """Variables that options of the command line read."""
    found: set[str] = set()
    for _, command in commands():
        for option in command.params:
            names = getattr(option, "envvar", None) or ()
            found |= {names} if isinstance(names, str) else set(names)
    return found


@every_page
def test_every_variable_exists(page: str) -> None:
    known = {f"FINDALIKE_{name.upper()}" for name in Settings.model_fields} | command_options()
    known |= set(re.findall(r'"(FINDALIKE_CONFIG)"', Path(settings_module.__file__).read_text(encoding="utf-8")))
    assert set(re.findall(r"FINDALIKE_[A-Z_]+", PAGES[page])) <= known


def test_the_table_of_settings_is_complete_and_true() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(FINDALIKE_\w+)` \| (.*?) \|", PAGES["docs/operations.md"], re.M)
    assert [name for name, _, _ in rows] == list(Settings.model_fields)
    for name, variable, default in rows:
        assert variable == f"FINDALIKE_{name.upper()}"
        field = Settings.model_fields[name]
        if field.default_factory is None:
            value: Any = field.default
            shown = (
                {None: "none", True: "true", False: "false"}.get(value, str(value))
                if not value or value is True
                else str(value)
            )
            assert default.split(" (")[0] == shown, name


# -- commands ------------------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command by its words: groups, and what is in them."""
    yield (), typer.main.get_command(application())
    for name, entry in Commands.table.items():
        command = entry.load(name)
        yield (name,), command
        for inner, one in getattr(command, "commands", {}).items():
            yield (name, inner), one


def mentioned(text: str) -> Iterator[str]:
    """What follows `findalike` in code: in blocks at the beginning of a command, in prose within backticks."""
    for block in blocks(text, "sh", "console", "bash"):
        for line in block.replace("\\\n", " ").splitlines():
            for found in re.finditer(r"(?:^|[\s;&|(/])findalike((?: +[^\s#|;&)]+)*)", line):
                yield found[1]
    for found in re.finditer(r"`(?:[A-Z_]+=\S+ )*findalike((?: [^`]*)?)`", prose(text).replace("\n", " ")):
        yield found[1]


@every_page
def test_every_command_exists(page: str) -> None:
    known = dict(commands())
    for rest in mentioned(PAGES[page]):
        words = [word for word in rest.split() if word != "…"]
        if not words:
            continue
        assert (words[0],) in known, rest
        command = known[words[0],]
        if getattr(command, "commands", None) and len(words) > 1:
            assert (words[0], words[1]) in known, rest
            command = known[words[0], words[1]]
        options = {name for option in command.params for name in (*option.opts, *option.secondary_opts)} | {"--help"}
        assert {word for word in words if re.fullmatch(r"--[a-z-]+", word)} <= options, rest


def test_commands_are_found_in_text() -> None:
    """What the tests above rely on."""
    text = "Try `findalike keys list`.\n```sh\nX=1 .venv/bin/findalike load a \\\n  --model b; findalike serve\n```\n"
    assert [found.split() for found in mentioned(text)] == [["load", "a", "--model", "b"], ["serve"], ["keys", "list"]]


# -- links and addresses -------------------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """As forges make them of headings."""
    headings = re.findall(r"^#+ (.*)$", prose(text), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_every_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(PAGES[page])):
        if re.match(r"https?://", target):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), target


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    app = create_app(settings, "http://127.0.0.1:9", Applications.load())
    # OpenAPI has no words for sockets.
    unlisted = {"/docs", "/redoc", "/openapi.json", "/api/v1/live/{application}/{collection}"}
    return set(app.openapi()["paths"]) | unlisted


@every_page
def test_every_address_exists(page: str, addresses: set[str]) -> None:
    """Those of the API anywhere, others where they stand in code by themselves. `{application}` is any of them."""
    parts = [re.sub(r"\\{\w+\\}", "[^/]+", re.escape(address)) for address in addresses]
    known = re.compile("|".join(parts))
    text = PAGES[page]
    found = re.findall(r"/api/v1[\w/{}$-]*", text) + re.findall(r"`(/(?!api/)[a-z.]+)`", text)

    def exists(address: str) -> bool:
        meant = (
            address.rstrip("/").replace("{application}", name)
            for name in (
                "image-search",
                "question-answering",
                "molecule-search",
                "dna-classification",
                "recommendation",
                "video-search",
                "video-analysis",
            )
        )
        return any(known.fullmatch(one) for one in meant)

    assert [one for one in found if not exists(one)] == []


def test_every_address_is_documented(addresses: set[str]) -> None:
    page = PAGES["docs/api.md"]
    for address in addresses:
        general = re.sub(r"^/api/v1/apps/[a-z-]+/", "/api/v1/apps/{application}/", address)
        assert f"`{general}`" in page, address


# -- examples ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("docs/audio-search.md", AudioQuery),
        ("docs/dna-classification.md", DnaQuery),
        ("docs/image-search.md", ImageQuery),
        ("docs/molecule-search.md", MoleculeQuery),
        ("docs/recommendation.md", ItemQuery),
        ("docs/text-search.md", TextQuery),
        ("docs/vector-search.md", VectorQuery),
        ("docs/video-analysis.md", AnalysisQuery),
        ("docs/video-search.md", VideoQuery),
    ],
)
def test_every_query_is_valid(page: str, query: type[SearchQuery]) -> None:
    examples = blocks(PAGES[page], "json")
    for block in blocks(PAGES[page], "sh"):
        joined = block.replace("\\\n", " ")
        examples += re.findall(r"/search .*?-d '(\{.*?\})'", joined)
        examples += re.findall(r"--query '(\{.*?\})'", joined)
    assert len(examples) >= 3
    for example in examples:
        query.model_validate(json.loads(example))


def test_every_filter_parses() -> None:
    page = PAGES["docs/filters.md"]
    examples = [line for block in blocks(page, "filter") for line in block.splitlines()]
    # Rows of tables whose first cell is a filter: it begins with a field, `not` or a bracket, and compares.
    for cell in re.findall(r"^\| `(.+?)` \|", prose(page), re.M):
        if re.search(r"==|!=|[<>]| in \[|startswith ", cell):
            examples.append(cell)
    assert len(examples) >= 10
    for example in examples:
        parse(example, FIELDS)
