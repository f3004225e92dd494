"""How soon a question is answered out of documents, word for word, and while it is typed; and what marking costs."""

from __future__ import annotations

import json
import time

import numpy as np

from findalike.answers.events import Citations, Done
from findalike.bench.corpus import documents
from findalike.bench.harness import Result, Run, fresh_server
from findalike.catalog import Catalog
from findalike.client import Client
from findalike.encoders.words import words
from findalike.pipelines.highlight import Asked, highlights
from findalike.settings import Settings

_ROUNDS = 3
_TYPED = 5
_PAGE = 50
"""Passages of a page: ten hits, each with its best passage and four others."""
_QUESTIONS = (
    "How do I catch an exception?",
    "What is a lambda expression?",
    "How are strings formatted?",
    "What does the with statement do?",
    "What is the difference between a list and a tuple?",
    "Which database backends are supported?",
    "How do I open a file for writing?",
    "What is operator precedence?",
    "How do I run my own tests?",
    "What is a context manager?",
    "How do I send an email?",
    "What does yield do?",
    "How can I cache a page?",
    "How do I upload a file?",
    "What is a metaclass?",
    "How do I translate a template?",
    "How are passwords stored?",
    "When is a model's save method called?",
    "How do I write a migration?",
    "Who was the first man on the moon?",
)


def run(characters: int, tell: Run) -> Result:
    """One client, one question after the other, none of them asked before."""
    settings = Settings()
    result = tell.begin("ask", {"characters": characters})
    files = documents(settings, characters)
    with fresh_server() as (url, made), Client(url) as client:
        client.create_collection("question-answering", "bench")
        tell(f"taking in {len(files)} documents")
        job = client.wait(client.add_files("question-answering", "bench", files).id)
        assert job.done == len(files), job
        passages = client.get_collection("question-answering", "bench").segments
        result.notes.append(f"{len(files)} documents, {passages} passages.")
        for _ in client.ask("question-answering", "bench", "Are you there?"):
            pass
        for number in range(_ROUNDS):
            tell(f"round {number + 1} of {_ROUNDS}", number / _ROUNDS)
            for question in _QUESTIONS:
                # Blanks make it a question that is not remembered.
                _ask(result, client, question + " " * number)
        tell("typing")
        _type(result, url)
        tell("marking")
        _mark(result, made)
    return result


def _ask(result: Result, client: Client, question: str) -> None:
    began = time.perf_counter()
    for event in client.ask("question-answering", "bench", question, form="extractive"):
        if isinstance(event, Citations):
            result.add("first citation", "ms", 1000 * (time.perf_counter() - began), "≤ 60")
        elif isinstance(event, Done):
            result.add("of it encoding the question", "ms", event.took.encode_ms)
            result.add("of it searching", "ms", event.took.search_ms)
    result.add("end of the answer", "ms", 1000 * (time.perf_counter() - began), "≤ 150")


def _type(result: Result, url: str) -> None:
    """Every beginning of a question is searched by meaning and words, letter after letter, over a WebSocket."""
    from websockets.sync.client import connect

    address = url.replace("http", "ws", 1) + "/api/v1/live/question-answering/bench"
    with connect(address, compression=None, proxy=None) as socket:
        for question in _QUESTIONS[:_TYPED]:
            for end in range(2, len(question) + 1):
                began = time.perf_counter()
                socket.send(json.dumps({"id": end, "query": {"text": question[:end], "limit": 10}}))
                answer = json.loads(socket.recv())
                result.add("hits for what is typed so far", "ms", 1000 * (time.perf_counter() - began))
                assert "hits" in answer, answer


def _mark(result: Result, settings: Settings) -> None:
    catalog = Catalog(settings.catalog_url)
    generation = catalog.collections.get("question-answering", "bench").generation
    for number, question in enumerate(_QUESTIONS):
        first = 1 + number * _PAGE
        with catalog.items.snapshot() as snapshot:
            found = snapshot.hydrate(range(first, first + _PAGE))
            vector = next(iter(snapshot.sentences(list(found), generation.number, "meaning").values()))[1][0]
            asked = Asked(frozenset(words(question).split()), {"meaning": vector.astype(np.float32)})
            began = time.perf_counter()
            shown = highlights(snapshot, generation, asked, found)
            result.add("marking a page of ten hits", "ms", 1000 * (time.perf_counter() - began), "≤ 10")
        assert shown.sentences
    catalog.close()
