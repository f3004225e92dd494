"""Generated answers by a real model's server: they stream, stop and fail as they should; nobody asks for wisdom."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from test_question_answering import RECORDS, TINY_TEXT

from findalike import Client
from findalike.answers.events import Citations, Done, Piece
from findalike.errors import Unavailable
from llama_server import WINDOW, llama_server
from support import eventually, server_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.models,
    pytest.mark.skipif(sys.platform != "linux", reason="the model's server is installed on Linux only"),
]

WHERE = ("question-answering", "shop")
Running = tuple[Client, str, subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, lite_uri: str) -> Iterator[Running]:
    """A client of a findalike that asks a model; the address and the process of the model's server."""
    folder = tmp_path_factory.mktemp("model")
    with (
        llama_server(folder / "llama.log") as (model_url, process),
        server_in(
            folder,
            milvus_uri=lite_uri,
            llm_base_url=f"{model_url}/v1",
            # More than the model has, so that it can be made to refuse.
            llm_window=4 * WINDOW,
            llm_answer=24,
        ) as url,
        Client(url) as client,
    ):
        client.create_collection(*WHERE, **TINY_TEXT)
        client.wait(client.add_records(*WHERE, RECORDS).id)
        yield client, model_url, process


def test_a_real_model_answers_piece_by_piece(running: Running) -> None:
    client, _, _ = running
    first, *pieces, last = client.ask(*WHERE, "What does shipping cost?", limit=2)
    assert isinstance(first, Citations)
    assert len(first.citations) == 2
    assert len(pieces) > 3
    assert all(isinstance(piece, Piece) for piece in pieces)
    assert isinstance(last, Done)
    assert last.form == "generative"
    # What goes on for longer than it may is said to be cut off.
    assert "cut_off" in last.flags or len(pieces) < 24


def test_a_real_model_stops_when_nobody_listens(running: Running) -> None:
    client, model_url, _ = running

    def busy() -> bool:
        return any(slot["is_processing"] for slot in httpx.get(f"{model_url}/slots").json())

    asked = client.ask(*WHERE, "What does shipping cost?", limit=2)
    assert isinstance(next(asked), Citations)
    assert isinstance(next(asked), Piece)
    asked.close()
    eventually(lambda: not busy(), timeout=5)


def test_a_real_model_refuses_what_is_too_long_and_may_be_away(running: Running) -> None:
    client, _, process = running
    long = [{"id": f"long {n}", "question": f"Long {n}?", "answer": f"word{n} " * 2500} for n in range(3)]
    client.wait(client.add_records(*WHERE, long).id)
    asked = client.ask(*WHERE, "Long?", limit=3)
    assert isinstance(next(asked), Citations)
    with pytest.raises(Unavailable, match="refuses the question"):
        next(asked)
    process.kill()
    process.wait()
    asked = client.ask(*WHERE, "What does shipping cost?")
    assert isinstance(next(asked), Citations)
    with pytest.raises(Unavailable, match="failed or broke off"):
        next(asked)
