"""Bringing the bytes of one source to a path. Hashes, locks and names are the store's concern (store.py)."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from findalike.models import pip_fetch
from findalike.models.addresses import Address

Progress = Callable[[int, int | None], None]
"""Called with the bytes done and the bytes in all, or None where that is unknown."""

CHUNK = 256 * 1024
WEB_TIMEOUT = 30.0


class SourceUnavailable(Exception):
    """This source could not be reached or does not have the file. Its message is a clause, without a full stop."""


def fetch(address: Address, target: Path, progress: Progress) -> None:
    """Write what `address` names to `target`. Raises SourceUnavailable; `target` may then hold a part of it."""
    {"pypi": _pypi, "hf": _hub, "https": _web, "file": _local}[address.kind](address, target, progress)


def remedy(address: Address, command: str) -> str:
    """A sentence: what to do on a machine that cannot reach the source. `command` fetches everything needed."""
    if address.kind == "pypi":
        return (
            f"Run `{command}` where pip reaches its index, "
            f"or put {address.location} into a folder and set PIP_FIND_LINKS to it."
        )
    if address.kind == "hf":
        return (
            f"Run `{command}` where the hub can be reached (HF_ENDPOINT names a mirror), or get "
            f"{address.location} of {address.project} at revision {address.version} into the hub's cache (HF_HOME)."
        )
    if address.kind == "https":
        return f"Run `{command}` where {address.location} can be reached, or point the card to a copy by file:."
    return f"Put the file at {address.location}, or correct the path in the card."


def _pypi(address: Address, target: Path, progress: Progress) -> None:
    script = [sys.executable, "-P", pip_fetch.__file__, address.project, address.version, address.location]
    with (
        tempfile.TemporaryFile("w+", errors="replace") as said,
        subprocess.Popen([*script, str(target)], stdout=subprocess.PIPE, stderr=said, text=True) as child,
    ):
        assert child.stdout is not None
        for line in child.stdout:
            done, _, total = line.partition(" ")
            if done.isdigit():
                progress(int(done), int(total) or None)
        code = child.wait()
        said.seek(0)
        reason = _last_line(said.read())
    if code == pip_fetch.OTHER_PIP and address.location.endswith(".whl"):
        _pip_download(address, target)
    elif code:
        raise SourceUnavailable(reason)


def _pip_download(address: Address, target: Path) -> None:
    # The public command, for wheels only: it never runs anything of a wheel, but shows no progress either.
    chosen = pip_fetch.arguments(address.project, address.version, address.location)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        command = [sys.executable, "-m", "pip", "download", "--dest", folder, *chosen]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        found = Path(folder) / address.location
        if not found.exists():
            raise SourceUnavailable(_last_line(done.stderr) or f"pip did not find {address.location}")
        found.replace(target)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line and not line.startswith("WARNING")]
    return (lines[-1] if lines else "pip gave no reason").removeprefix("ERROR: ").rstrip(".")


def _hub(address: Address, target: Path, progress: Progress) -> None:
    # Imported here because the hub's client takes half a second, and reads its environment at import.
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, LocalEntryNotFoundError
    from huggingface_hub.utils.tqdm import tqdm

    class Bar(tqdm):
        """Hands the hub's own progress on, and prints nothing."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            kwargs.pop("name", None)
            super().__init__(*args, **{**kwargs, "disable": True})  # type: ignore[no-untyped-call]
            self.done, self.all = int(kwargs.get("initial") or 0), kwargs.get("total")

        def update(self, n: float | None = 1) -> bool | None:
            self.done += int(n or 0)
            progress(self.done, self.all)
            return None

    try:
        path = hf_hub_download(address.project, address.location, revision=address.version, tqdm_class=Bar)
    except (LocalEntryNotFoundError, EntryNotFoundError, HfHubHTTPError, OSError, ValueError) as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise SourceUnavailable(first.rstrip(".")) from error
    shutil.copyfile(path, target)


def _web(address: Address, target: Path, progress: Progress) -> None:
    import httpx

    try:
        with (
            httpx.stream("GET", address.location, follow_redirects=True, timeout=WEB_TIMEOUT) as answer,
            target.open("wb") as file,
        ):
            if answer.url.scheme != "https":
                raise SourceUnavailable(f"{address.location} redirects to an address that is not https")
            answer.raise_for_status()
            total = int(answer.headers.get("Content-Length") or 0) or None
            for chunk in answer.iter_raw(CHUNK):
                file.write(chunk)
                progress(answer.num_bytes_downloaded, total)
    except httpx.HTTPError as error:
        raise SourceUnavailable(str(error) or type(error).__name__) from error


def _local(address: Address, target: Path, progress: Progress) -> None:
    path = Path(address.location)
    try:
        shutil.copyfile(path, target)
    except OSError as error:
        raise SourceUnavailable(f"{path}: {error.strerror}") from error
    progress(target.stat().st_size, target.stat().st_size)
