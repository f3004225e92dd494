"""The example plug-in is a complete application with no other change: installed, it is there."""

from __future__ import annotations

import logging
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from findalike.applications import registry
from findalike.applications.base import Application
from findalike.applications.registry import GROUP, Applications
from findalike.client import Client
from findalike.errors import NotFound
from support import server_in

EXAMPLE = Path(__file__).parent.parent / "examples" / "colours" / "findalike_colours.py"


def test_it_is_short() -> None:
    assert len(EXAMPLE.read_text().splitlines()) < 60


def test_without_a_description_the_docstrings_first_line_is_shown() -> None:
    class Plain(Application):
        """Find things.

        In some way that no gallery needs to tell."""

    class Other(Plain):
        """Find other things."""

        description = "Other things, found."

    class Silent(Other):
        pass

    assert [one.description for one in (Plain, Other, Silent)] == ["Find things.", *["Other things, found."] * 2]


def test_what_lacks_the_libraries_of_its_extra_is_not_offered_and_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "wants_a_library.py").write_text("import a_library_that_nobody_has")
    (tmp_path / "lacks_a_part.py").write_text("import lacks_a_part.part")
    monkeypatch.syspath_prepend(tmp_path)
    points = [
        EntryPoint("optional-search", "wants_a_library:Search [extra]", GROUP),
        EntryPoint("broken-search", "wants_a_library:Search", GROUP),
        EntryPoint("faulty-search", "lacks_a_part:Search [extra]", GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    with caplog.at_level(logging.INFO):
        applications = Applications.load()
    assert not list(applications)
    assert applications.lacking == {"optional-search": "findalike[extra]"}
    assert sorted(record.levelname for record in caplog.records) == ["ERROR", "ERROR", "INFO"]
    with pytest.raises(NotFound, match=r"pip install 'findalike\[extra\]'"):
        applications.get("optional-search")


@pytest.mark.slow
def test_colours_are_found_by_http_and_on_the_command_line(tmp_path: Path) -> None:
    colours = {"red": "#ff0000", "crimson": "#dc143c", "navy": "#000080", "black": "#000000", "white": "#ffffff"}
    with server_in(tmp_path) as url, Client(url) as client:
        described = {one.name: one.description for one in client.apps().applications}
        assert described["colour-search"] == "Find colours that look alike."
        client.create_collection("colour-search", "named")
        records = [{"id": name, "colour": colour, "metadata": {"name": name}} for name, colour in colours.items()]
        client.wait(client.add_records("colour-search", "named", records).id)
        hits = client.search("colour-search", "named", colour="#e01030").hits
        assert [hit.item.key for hit in hits[:2]] == ["crimson", "red"]
        dark = client.search("colour-search", "named", colour="#e01030", filter="brightness < 0.6").hits
        assert [hit.item.key for hit in dark] == ["navy", "black"]
        command = [sys.executable, "-m", "findalike", "search", "colour-search", "named", "--url", url, "--json"]
        done = subprocess.run(
            [*command, "--query", '{"colour": "#fefefe"}'], capture_output=True, text=True, check=True
        )
        assert '"white"' in done.stdout.split('"key"')[1]
