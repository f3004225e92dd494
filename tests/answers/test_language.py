"""The language model's server: streaming, stopping, and whatever may go wrong there, by a server that misbehaves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from findalike.answers.language import ChatMessage, OpenAiModel, Stopped
from findalike.errors import FindalikeError, Overloaded, Unavailable
from findalike.ports import free_port
from findalike.settings import Settings
from model_server import ModelServer, model_server

MESSAGES: list[ChatMessage] = [{"role": "user", "content": "Hello?"}]


@pytest.fixture
def server() -> Iterator[tuple[type[ModelServer], str]]:
    with model_server() as running:
        yield running


def model_settings(url: str, **more: object) -> Settings:
    return Settings(llm_base_url=url, llm_model="m", llm_key="secret", **more)  # type: ignore[arg-type]


def completed(url: str, **more: object) -> list[str | Stopped]:
    async def complete() -> list[str | Stopped]:
        model = OpenAiModel(model_settings(url, **more))
        try:
            return [piece async for piece in model.complete(MESSAGES, 99)]
        finally:
            await model.close()

    return asyncio.run(complete())


def test_pieces_come_with_what_was_asked_for(server: tuple[type[ModelServer], str]) -> None:
    kind, url = server
    assert completed(url) == ["Good ", "day [1].", Stopped(cut_off=False)]
    kind.manner = "long"
    assert completed(url)[-1] == Stopped(cut_off=True)
    asked = {name: kind.seen[name] for name in ("path", "key", "model", "messages", "max_tokens", "stream")}
    assert asked == {
        "path": "/v1/chat/completions", "key": "Bearer secret", "model": "m", "messages": MESSAGES,
        "max_tokens": 99, "stream": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("manner", "error", "says"),
    [
        ("429", Overloaded, "takes no more questions"),
        ("401", Unavailable, "FINDALIKE_LLM_KEY"),
        ("403", Unavailable, "FINDALIKE_LLM_KEY"),
        ("404", Unavailable, "FINDALIKE_LLM_MODEL"),
        ("400", Unavailable, "refuses the question"),
        ("500", Unavailable, "failed"),
        ("503", Unavailable, "failed"),
        ("broken", Unavailable, "broke off"),
        ("failing", Unavailable, "Out of memory"),
        ("html", Unavailable, "FINDALIKE_LLM_BASE_URL"),
        ("silent", Unavailable, "FINDALIKE_LLM_TIMEOUT"),
    ],
)
def test_what_goes_wrong_says_what_to_do(
    server: tuple[type[ModelServer], str], manner: str, error: type[FindalikeError], says: str
) -> None:
    kind, url = server
    kind.manner = manner
    with pytest.raises(error, match=says) as caught:
        completed(url, llm_timeout=0.3 if manner == "silent" else 30)
    assert len(caught.value.detail) < 600
    assert "\n" not in caught.value.detail
    if manner == "429":
        assert caught.value.retry_after == 7


def test_a_server_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with pytest.raises(Unavailable, match="failed or broke off"):
        completed(f"http://127.0.0.1:{free_port()}/v1")


def test_who_stops_listening_ends_the_request(server: tuple[type[ModelServer], str]) -> None:
    kind, url = server
    kind.manner = "endless"

    async def listen_a_little() -> None:
        model = OpenAiModel(model_settings(url))
        async with aclosing(model.complete(MESSAGES, 99)) as pieces:
            assert await anext(pieces) == "Good "
        assert await asyncio.to_thread(kind.gone.wait, 10)
        await model.close()

    asyncio.run(listen_a_little())
