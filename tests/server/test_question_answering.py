"""Asking over HTTP: citations first, then the answer, then how it went; conversations belong to who holds them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from findalike.client.events import events, lines
from server_api import Api, Start
from support import eventually

TINY_TEXT = {"models": {"meaning": "tiny-text"}}
RECORDS = [
    {"id": "return", "question": "Can I return an opened parcel?", "answer": "Yes, within 30 days."},
    {"id": "cost", "question": "What does shipping cost?", "answer": "Nothing above 50 euros, see [7]."},
    {"id": "linux", "question": "How do I install it on Linux?", "answer": "With the package manager."},
    {"id": "windows", "question": "How do I install it on Windows?", "answer": "With the installer."},
]
CATS = """# All about cats

Cats are small animals that people keep at home.

## Sleep

A cat sleeps for most of the day. Kittens sleep even longer, because they grow.
"""


def shop(api: Api, name: str = "things", **settings: Any) -> str:
    """A collection of questions."""
    address = api.collection("question-answering", name, **{**TINY_TEXT, **settings})
    assert api.records(address, RECORDS)["done"] == len(RECORDS)
    return address


def ask(api: Api, address: str, question: str, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    """The events of an answer."""
    answer = api.http.post(f"{address}/ask", json={"question": question, **more})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    return [(event.kind, json.loads(event.data)) for event in events(lines([answer.content]))]


def said(found: list[tuple[str, dict[str, Any]]]) -> str:
    return "".join(data["text"] for kind, data in found if kind == "answer")


@pytest.fixture(scope="module")
def api(shared: Api) -> Api:
    return shared


@pytest.fixture(scope="module")
def questions(api: Api) -> str:
    """A collection that no test changes."""
    return shop(api, "questions")


def test_a_stored_answer_is_given_with_its_question_cited(any_api: Api) -> None:
    address = shop(any_api)
    found = ask(any_api, address, "can I return an opened parcel")
    kinds = [kind for kind, _ in found]
    assert (kinds[0], set(kinds[1:-1]), kinds[-1]) == ("citations", {"answer"}, "done")
    best = found[0][1]["citations"][0]
    assert (best["number"], best["text"], best["place"]) == (
        1,
        RECORDS[0]["question"],
        {"answer": "Yes, within 30 days."},
    )
    assert said(found) == "Yes, within 30 days. [1]"
    done = found[-1][1]
    assert done["found"]
    assert (done["form"], done["context"], done["flags"]) == ("extractive", [], [])
    assert done["conversation_id"] == found[0][1]["conversation_id"]
    assert done["took"]["total_ms"] >= done["took"]["encode_ms"] + done["took"]["search_ms"]


def test_documents_are_quoted(api: Api) -> None:
    address = shop(api, "documents")
    assert api.add(address, {"cats.md": CATS.encode()})["done"] == 1
    found = ask(api, address, "Kittens sleep even longer?")
    assert said(found).startswith("Kittens sleep even longer, because they grow. [1]")
    best = found[0][1]["citations"][0]
    assert (best["name"], best["title"], best["place"]["headings"]) == (
        "cats.md", "All about cats", ["All about cats", "Sleep"],
    )  # fmt: skip


def test_where_nothing_is_near_nothing_is_answered(start: Start, lite_uri: str) -> None:
    api = start(lite_uri, answer_threshold=0.999)
    address = shop(api)
    for more in ({}, {"filter": 'title == "no such"'}):
        found = ask(api, address, "Is there a xylophone?", **more)
        assert said(found) == "I found nothing on this."
        assert not found[-1][1]["found"]
        assert bool(found[0][1]["citations"]) == (not more)


def test_a_mark_in_a_stored_answer_is_no_citation(api: Api, questions: str) -> None:
    found = ask(api, questions, "What does shipping cost?")
    assert said(found) == "Nothing above 50 euros, see (7). [1]"


def test_a_follow_up_is_understood_in_its_conversation(api: Api, questions: str) -> None:
    first = ask(api, questions, "How do I install it on Linux?")
    conversation = first[-1][1]["conversation_id"]
    second = ask(api, questions, "And on Windows?", conversation_id=conversation)
    assert second[-1][1]["context"] == ["How do I install it on Linux?"]
    assert second[0][1]["conversation_id"] == conversation
    page = api.http.get(f"/api/v1/conversations/{conversation}/messages").json()
    assert [(one["role"], one["text"]) for one in page["messages"]] == [
        ("user", "How do I install it on Linux?"),
        ("assistant", said(first)),
        ("user", "And on Windows?"),
        ("assistant", said(second)),
    ]
    assert page["messages"][3]["id"] == second[-1][1]["message_id"]
    assert page["messages"][3]["citations"] == second[0][1]["citations"]
    assert all(one["complete"] for one in page["messages"])


def test_conversations_are_listed_renamed_and_deleted(start: Start, lite_uri: str) -> None:
    api = start(lite_uri)
    address, other = shop(api), api.collection("question-answering", "others", **TINY_TEXT)
    ids = [
        ask(api, place, f"Question {n}?" + " long" * 30)[-1][1]["conversation_id"]
        for n, place in enumerate([address, address, other])
    ]
    ask(api, address, "And?", conversation_id=ids[0])
    listed = "/api/v1/conversations"
    page = api.http.get(listed, params={"limit": 2}).json()
    assert [one["id"] for one in page["conversations"]] == [ids[0], ids[2]]
    rest = api.http.get(listed, params={"limit": 2, "cursor": page["next_cursor"]}).json()
    assert ([one["id"] for one in rest["conversations"]], rest["next_cursor"]) == ([ids[1]], None)
    some = api.http.get(listed, params={"collection": "others", "application": "question-answering"}).json()
    assert [one["id"] for one in some["conversations"]] == [ids[2]]
    assert len(some["conversations"][0]["title"]) <= 80
    assert some["conversations"][0]["title"].startswith("Question 2? long")
    renamed = api.http.patch(f"{listed}/{ids[1]}", json={"title": "Mine"})
    assert renamed.json()["title"] == api.http.get(f"{listed}/{ids[1]}").json()["title"] == "Mine"
    assert api.http.delete(f"{listed}/{ids[1]}").status_code == 204
    assert api.http.get(f"{listed}/{ids[1]}/messages").status_code == 404
    assert api.http.delete(address).status_code == 204
    assert [one["id"] for one in api.http.get(listed).json()["conversations"]] == [ids[2]]


def test_a_conversation_is_its_keys_own(start: Start, lite_uri: str) -> None:
    api = start(lite_uri)
    address = shop(api)
    nobodys = ask(api, address, "Before there were keys?")[-1][1]["conversation_id"]
    keys = api.http.app.state.findalike.house.catalog.keys  # type: ignore[attr-defined]
    mine, others = ({"Authorization": f"Bearer {keys.create(name, 'read')[1]}"} for name in ("mine", "others"))
    # The door looks every two seconds whether there are keys.
    eventually(lambda: api.http.get("/api/v1/conversations").status_code == 401)
    api.http.headers.update(mine)
    conversation = ask(api, address, "What does shipping cost?")[-1][1]["conversation_id"]
    own = f"/api/v1/conversations/{conversation}"
    for path in (own, f"{own}/messages"):
        assert api.http.get(path).status_code == 200
        assert api.http.get(path, headers=others).status_code == 404
    assert api.http.get("/api/v1/conversations", headers=others).json()["conversations"] == []
    assert api.http.patch(own, json={"title": "x"}, headers=others).status_code == 404
    assert api.http.delete(own, headers=others).status_code == 404
    question = {"question": "And?", "conversation_id": conversation}
    assert api.http.post(f"{address}/ask", json=question, headers=others).status_code == 404
    assert api.http.get(f"/api/v1/conversations/{nobodys}").status_code == 404
    assert api.http.patch(own, json={"title": "Shipping"}).json()["title"] == "Shipping"
    # A key that only reads may ask, and do what it likes with what it was told, but nothing else.
    assert api.http.delete(address).status_code == 403
    assert api.http.delete(own).status_code == 204


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"question": ""}, 422, "question"),
        ({"question": "x", "filter": "no such"}, 422, ""),
        ({"question": "x", "limit": 21}, 422, "limit"),
        ({"question": "x", "form": "generative"}, 422, "FINDALIKE_LLM_BASE_URL"),
        ({"question": "x", "conversation_id": "0" * 32}, 404, "conversation"),
        ({"question": "x", "conversation_id": "mine"}, 422, "conversation_id"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_a_stream_begins(
    api: Api, questions: str, body: dict[str, Any], status: int, says: str
) -> None:
    answer = api.http.post(f"{questions}/ask", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert says in answer.json()["detail"]
    assert api.http.post(questions.replace("/questions", "/none") + "/ask", json={"question": "x"}).status_code == 404


def test_a_conversation_belongs_to_its_collection(api: Api, questions: str) -> None:
    other = api.collection("question-answering", "others", **TINY_TEXT)
    conversation = ask(api, questions, "What?")[-1][1]["conversation_id"]
    answer = api.http.post(f"{other}/ask", json={"question": "And?", "conversation_id": conversation})
    assert answer.status_code == 404


def test_tables_of_questions_are_taken_whatever_their_columns_are_called(api: Api) -> None:
    address = api.collection("question-answering", "tables", **TINY_TEXT)
    assert api.add(address, {"faq.csv": b"Prompt,Response,topic\nWho are you?,A machine.,self\n"})["done"] == 1
    assert said(ask(api, address, "who are you")) == "A machine. [1]"
    job = api.add(address, {"odd.csv": b"frage,antwort\nWer?,Ich.\n"})
    assert "question=COLUMN" in next(iter(api.failures(job).values()))
    columns = ["question=frage", "answer=antwort"]
    assert api.add(address, {"odd.csv": b"frage,antwort\nWer bist du?,Ich.\n"}, column=columns)["done"] == 1
    hit = api.search(address, text="Wer bist du?")["hits"][0]
    assert (hit["segment"]["text"], hit["segment"]["place"]) == ("Wer bist du?", {"answer": "Ich."})


def test_the_words_of_an_answer_lead_to_its_question(api: Api, questions: str) -> None:
    found = api.search(questions, text="euros", mode="keywords")["hits"]
    assert [hit["item"]["key"] for hit in found] == ["cost"]


def test_the_events_are_described(api: Api) -> None:
    operation = api.http.get("/openapi.json").json()["paths"][
        "/api/v1/apps/question-answering/collections/{collection}/ask"
    ]["post"]
    (content,) = operation["responses"]["200"]["content"].items()
    assert content[0] == "text/event-stream"
    named = json.dumps(content[1])
    assert all(f"schemas/{name}" in named for name in ("Citations", "Piece", "Done", "Problem"))
    apps = {one["name"]: one["operations"] for one in api.http.get("/api/v1/apps").json()["applications"]}
    assert (apps["question-answering"], apps["image-search"]) == (["ask"], [])
