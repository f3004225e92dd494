"""A language model behind any OpenAI-compatible server: chat completions, streamed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypedDict, cast
from urllib.parse import urlsplit

from findalike.errors import FindalikeError, Overloaded, Unavailable
from findalike.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openai.types.chat import ChatCompletionMessageParam

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_CONNECT = 5.0
_AGAIN = 5
_REASON = 300


class ChatMessage(TypedDict):
    """One message of a chat, as the API has it."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Stopped:
    """The end of a completion; `cut_off` if it came to the limit of tokens."""

    cut_off: bool


class LanguageModel(Protocol):
    """What completes chats. `window` is how many tokens a request and its answer may have together."""

    window: int

    def complete(self, messages: Sequence[ChatMessage], limit: int) -> AsyncGenerator[str | Stopped]:
        """Pieces of the answer, at most `limit` tokens, then `Stopped`. Closing the generator ends the request.

        Raises Unavailable or Overloaded with a sentence that says what to do."""

    async def close(self) -> None: ...


class OpenAiModel:
    """A model at an OpenAI-compatible server (https://platform.openai.com/docs/api-reference/chat), by the official
    client. Belongs to one event loop. Nothing is tried twice: a user waits, and can ask again."""

    def __init__(self, settings: Settings) -> None:
        # A second's work, so it is not done where no model is asked.
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout

        assert settings.llm_base_url
        self.window = settings.llm_window
        self._model, self._url, self._timeout = settings.llm_model, settings.llm_base_url, settings.llm_timeout
        self._client = AsyncOpenAI(
            base_url=settings.llm_base_url,
            # The client insists on a key; servers of one's own need none.
            api_key=settings.llm_key.get_secret_value() if settings.llm_key else "none",
            timeout=Timeout(settings.llm_timeout, connect=min(_CONNECT, settings.llm_timeout)),
            max_retries=0,
            # A proxy of the environment cannot reach this machine's own loopback addresses.
            http_client=DefaultAsyncHttpxClient(trust_env=urlsplit(settings.llm_base_url).hostname not in _LOOPBACK),
        )

    async def complete(self, messages: Sequence[ChatMessage], limit: int) -> AsyncGenerator[str | Stopped]:
        reason: str | None = None
        with self._explained():
            stream = await self._client.chat.completions.create(
                model=self._model,
                messages=cast("list[ChatCompletionMessageParam]", messages),
                max_tokens=limit,
                temperature=0,
                stream=True,
            )
            async with stream:
                async for chunk in stream:
                    for choice in chunk.choices[:1]:
                        reason = choice.finish_reason or reason
                        if choice.delta.content:
                            yield choice.delta.content
        if reason is None:
            raise Unavailable("The language model's server broke off in the middle: ask again.", retry_after=_AGAIN)
        yield Stopped(reason == "length")

    async def close(self) -> None:
        await self._client.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What goes wrong, as a sentence for the user."""
        import openai

        try:
            yield
        except openai.APITimeoutError as error:
            raise Unavailable(
                f"The language model's server said nothing for {self._timeout:g} seconds: ask again, or let the "
                "operator raise FINDALIKE_LLM_TIMEOUT.",
                retry_after=_AGAIN,
            ) from error
        except openai.APIConnectionError as error:
            raise Unavailable(
                f"The connection to the language model's server at {self._url} failed or broke off: ask again, or let "
                "the operator check that it runs.",
                retry_after=_AGAIN,
            ) from error
        except openai.APIStatusError as error:
            raise self._refused(error) from error
        except openai.APIError as error:
            raise Unavailable(
                f"The language model's server failed: {_brief(error.message)}", retry_after=_AGAIN
            ) from error
        except ValueError as error:
            raise Unavailable(
                f"What answers at {self._url} speaks no OpenAI-compatible language: let the operator check "
                "FINDALIKE_LLM_BASE_URL, which usually ends in /v1."
            ) from error

    def _refused(self, error: object) -> FindalikeError:
        import openai

        assert isinstance(error, openai.APIStatusError)
        status, said = error.status_code, _brief(error.message)
        if status == 429:
            after = error.response.headers.get("retry-after", "")
            return Overloaded(
                f"The language model's server takes no more questions now: ask again later. It says: {said}",
                retry_after=int(after) if after.isascii() and after.isdigit() else _AGAIN,
            )
        if status in (401, 403):
            return Unavailable("The language model's server refuses the key: let the operator check FINDALIKE_LLM_KEY.")
        if status == 404:
            return Unavailable(
                f"The language model's server does not know the model {self._model!r}, or the address is wrong: let "
                "the operator check FINDALIKE_LLM_MODEL and FINDALIKE_LLM_BASE_URL."
            )
        if status < 500:
            return Unavailable(f"The language model's server refuses the question ({status}): {said}")
        return Unavailable(f"The language model's server failed ({status}): {said}", retry_after=_AGAIN)


def _brief(text: str) -> str:
    """What a server says, on one line and not for ever."""
    line = " ".join(text.split())
    return line if len(line) <= _REASON else line[:_REASON] + "…"
