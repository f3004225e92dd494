"""Answers of a language model over HTTP: what it says passes through at once, and ends when its listener does."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from test_question_answering import RECORDS, TINY_TEXT, ask, said, shop

from findalike.client import Client
from findalike.client.events import events, lines
from model_server import ModelServer, model_server
from server_api import Start
from support import eventually, server_in

QUESTION = {"question": "May I return an opened parcel?"}


def test_a_model_answers_where_there_is_one_and_marks_are_repaired(start: Start, lite_uri: str) -> None:
    with model_server() as (model, url):
        model.pieces = ("Yes", " [", "1", "][77", "].")
        api = start(lite_uri, llm_base_url=url)
        address = shop(api)
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
    start: Start, lite_uri: str, manner: str, title: str
) -> None:
    with model_server() as (model, url):
        model.manner = manner
        api = start(lite_uri, llm_base_url=url)
        address = shop(api)
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
    model.asked.clear()
    model.gone.clear()
    with httpx.stream("POST", address, json=QUESTION) as answer:
        assert next(events(lines(answer.iter_bytes()))).kind == "citations"
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
