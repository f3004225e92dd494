"""Asking over HTTP: citations first, then the answer, then how it went; conversations belong to who holds them."""

from __future__ import annotations

import json
from typing import Any

from findalike.client.events import events, lines
from server_api import Api

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


def shop(api: Api, **settings: Any) -> str:
    """A collection of questions, and a document."""
    address = api.collection("question-answering", **{**TINY_TEXT, **settings})
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
    assert (done["form"], done["searched"], done["flags"]) == ("extractive", "can I return an opened parcel", [])
    assert done["conversation_id"] == found[0][1]["conversation_id"]
    assert done["took"]["total_ms"] >= done["took"]["encode_ms"] + done["took"]["search_ms"]
