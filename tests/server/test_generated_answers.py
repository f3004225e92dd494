"""Answers of a language model over HTTP: what it says passes through at once, and ends when its listener does."""

from __future__ import annotations

import asyncio
import json
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import aclosing

import httpx
import pytest
from test_question_answering import RECORDS, TINY_TEXT, ask, said, shop

from findalike import AsyncClient, Client
from findalike.answers.events import Citations, Done, Piece
from findalike.cli import main
from findalike.client.events import events, lines
from findalike.errors import NotFound, Overloaded
from model_server import ModelServer, model_server
from server_api import Api, Start
from support import eventually, server_in

QUESTION = {"question": "May I return an opened parcel?"}


@pytest.fixture(scope="module")
def asked(start_shared: Start, lite_uri: str) -> Iterator[tuple[Api, str, type[ModelServer]]]:
    """A server in this process, a collection's address, and the class of the language model's server that it asks."""
    with model_server() as (model, url):
        api = start_shared(lite_uri, llm_base_url=url)
        yield api, shop(api), model


def test_a_model_answers_where_there_is_one_and_marks_are_repaired(asked: tuple[Api, str, type[ModelServer]]) -> None:
    api, address, model = asked
    model.pieces, model.manner = ("Yes", " [", "1", "][77", "]."), "good"
    found = ask(api, address, QUESTION["question"])
    assert said(found) == "Yes [1]."
    done = found[-1][1]
    assert (done["form"], done["found"], done["flags"]) == ("generative", True, ["unknown_marks_removed"])
    sent = model.seen["messages"]
    assert isinstance(sent, list)
    assert json.loads(sent[-1]["content"])["passages"][0]["text"] == "Yes, within 30 days."
    ask(api, address, "And a closed one?", conversation_id=done["conversation_id"])
    sent = model.seen["messages"]
    assert isinstance(sent, list)
    assert [one["role"] for one in sent] == ["system", "user", "assistant", "user"]
    assert sent[2]["content"] == "Yes."
    # Whoever prefers to read it word for word can.
    assert said(ask(api, address, QUESTION["question"], form="extractive")) == "Yes, within 30 days. [1]"


@pytest.mark.parametrize(
    ("manner", "title"), [("429", "Too many requests"), ("500", "Unavailable"), ("broken", "Unavailable")]
)
def test_what_goes_wrong_at_the_model_ends_the_stream_with_a_problem(
    asked: tuple[Api, str, type[ModelServer]], manner: str, title: str
) -> None:
    api, address, model = asked
    model.manner = manner
    found = ask(api, address, QUESTION["question"])
    kinds = [kind for kind, _ in found]
    assert (kinds[0], kinds[-1]) == ("citations", "error")
    problem = found[-1][1]
    assert problem["title"] == title
    assert problem["detail"]
    # What was asked and said is kept, and said to be incomplete.
    kept = api.http.get(f"/api/v1/conversations/{found[0][1]['conversation_id']}/messages").json()["messages"]
    assert [(one["role"], one["text"], one["complete"]) for one in kept] == [
        ("user", QUESTION["question"], True), ("assistant", said(found), False),
    ]  # fmt: skip
    assert bool(said(found)) == (manner == "broken")


# -- by a server in processes of its own ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def shop_and_model(
    tmp_path_factory: pytest.TempPathFactory, lite_uri: str
) -> Iterator[tuple[str, str, type[ModelServer]]]:
    """A server's address, that of its collection, and the class of the language model's server that it asks."""
    with (
        model_server() as (model, model_url),
        server_in(tmp_path_factory.mktemp("asked"), llm_base_url=model_url, milvus_uri=lite_uri) as url,
        Client(url) as client,
    ):
        client.create_collection("question-answering", "shop", **TINY_TEXT)
        assert client.wait(client.add_records("question-answering", "shop", RECORDS).id).done == len(RECORDS)
        yield url, f"{url}/api/v1/apps/question-answering/collections/shop/ask", model


def test_who_leaves_stops_the_model_and_finds_what_was_said(
    shop_and_model: tuple[str, str, type[ModelServer]],
) -> None:
    url, address, model = shop_and_model
    model.manner = "endless"
    model.gone.clear()
    with httpx.stream("POST", address, json=QUESTION) as answer:
        found = events(lines(answer.iter_bytes()))
        first = next(found)
        assert first.kind == "citations"
        assert next(found).kind == "answer"
    assert model.gone.wait(10)
    conversation = json.loads(first.data)["conversation_id"]

    def kept() -> httpx.Response:
        return httpx.get(f"{url}/api/v1/conversations/{conversation}/messages")

    eventually(lambda: kept().status_code == 200)
    asked, said = kept().json()["messages"]
    assert asked["text"] == QUESTION["question"]
    assert said["text"].startswith("Good")
    assert not said["complete"]


def test_who_leaves_while_the_model_is_silent_stops_it_too(
    shop_and_model: tuple[str, str, type[ModelServer]],
) -> None:
    _, address, model = shop_and_model
    model.manner = "waiting"
    model.gone.clear()
    model.asked.clear()
    with httpx.stream("POST", address, json=QUESTION) as answer:
        # Forgetting what is read from closes the connection.
        found = events(lines(answer.iter_bytes()))
        assert next(found).kind == "citations"
        # Whoever leaves before that is not even asked for.
        assert model.asked.wait(10)
    assert model.gone.wait(10)


def test_what_the_model_says_passes_through_at_once(shop_and_model: tuple[str, str, type[ModelServer]]) -> None:
    """The median is printed; what is asserted is only that nothing is held back until the end."""
    _, address, model = shop_and_model
    model.manner, model.held = "held", threading.Event()
    waits: list[float] = []
    for _ in range(20):
        model.sent_at.clear()
        model.held.clear()
        with httpx.stream("POST", address, json=QUESTION) as answer:
            for event in events(lines(answer.iter_bytes())):
                if event.kind == "answer" and not model.held.is_set():
                    waits.append((time.monotonic() - model.sent_at[0]) * 1000)
                    # The model goes on only when its first word has arrived here.
                    model.held.set()
            assert event.kind == "done"
    print(f"first piece after {statistics.median(waits):.1f} ms (median), {max(waits):.1f} at most")
    assert len(waits) == 20


def test_the_client_gives_typed_events_and_raises_problems(shop_and_model: tuple[str, str, type[ModelServer]]) -> None:
    url, _, model = shop_and_model
    model.manner = "good"
    with Client(url) as client:
        first, *pieces, last = client.ask("question-answering", "shop", QUESTION["question"], limit=2)
        assert isinstance(first, Citations)
        assert len(first.citations) == 2
        assert "".join(piece.text for piece in pieces if isinstance(piece, Piece)) == "Good day [1]."
        assert isinstance(last, Done)
        conversation = last.conversation_id
        assert next(client.conversations(collection="shop", page=1)).id == conversation
        assert [one.role for one in client.messages(conversation, page=1)] == ["user", "assistant"]
        assert client.rename_conversation(conversation, "Parcels").title == "Parcels"
        client.delete_conversation(conversation)
        with pytest.raises(NotFound, match="conversation"):
            list(client.ask("question-answering", "shop", "And?", conversation_id=conversation))
        model.manner = "429"
        asked = client.ask("question-answering", "shop", QUESTION["question"])
        assert isinstance(next(asked), Citations)
        with pytest.raises(Overloaded, match="takes no more questions"):
            next(asked)


def test_whoever_closes_an_asynchronous_answer_stops_it(shop_and_model: tuple[str, str, type[ModelServer]]) -> None:
    url, _, model = shop_and_model
    model.manner = "endless"
    model.gone.clear()

    async def leave() -> None:
        async with AsyncClient(url) as client:
            async with aclosing(client.ask("question-answering", "shop", QUESTION["question"])) as events:
                async for event in events:
                    if isinstance(event, Piece):
                        break
            assert await asyncio.to_thread(model.gone.wait, 10)

    asyncio.run(leave())


def test_the_command_prints_the_answer_and_what_it_cites(
    shop_and_model: tuple[str, str, type[ModelServer]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, _, model = shop_and_model
    model.manner = "good"
    monkeypatch.setenv("FINDALIKE_URL", url)

    def run(*arguments: str) -> tuple[str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert not ended.value.code
        said = capsys.readouterr()
        return said.out, said.err

    where = ("question-answering", "shop")
    out, err = run("ask", *where, "May I return an opened parcel?")
    assert out.splitlines()[0] == "Good day [1]."
    assert out.splitlines()[1].startswith("[1] ")
    assert "Can I return an opened parcel?" in out.splitlines()[1]
    conversation = err.split()[-1]
    out, _ = run("ask", *where, "And?", "--conversation", conversation, "--form", "extractive", "--json")
    found = [json.loads(line) for line in out.splitlines()]
    assert [one["event"] for one in found] == ["citations", "answer", "done"]
    assert found[-1]["context"] == ["May I return an opened parcel?"]
    assert "May I return an opened parcel?" in run("conversations", "list")[0]
    assert "Good day [1]." in run("conversations", "show", conversation)[0]
    run("conversations", "rename", conversation, "Parcels")
    assert "Parcels" in run("conversations", "list", "--collection", "shop")[0]
    run("conversations", "delete", conversation, "--yes")
    assert conversation not in run("conversations", "list", "--limit", "0")[0]
