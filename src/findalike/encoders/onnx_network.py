"""One ONNX file, loaded by ONNX Runtime on the CPU. The only place that makes inference sessions."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from numpy.typing import NDArray

from findalike.errors import InvalidInput


class OnnxNetwork:
    """A loaded network. `run` may be called from many threads; they share the session's threads.

    Raises InvalidInput if the file cannot be loaded.
    """

    def __init__(self, path: Path, threads: int) -> None:
        # Imported here: decoder processes import this package, and must stay light.
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Idle threads that spin would take the other cores from the database.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.inter_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's own errors share no base but Exception
            raise InvalidInput(f"{path.name} cannot be loaded as an ONNX model: {error}") from error
        _give_back()
        self.inputs: dict[str, str] = {i.name: i.type for i in self._session.get_inputs()}
        self.outputs: tuple[str, ...] = tuple(o.name for o in self._session.get_outputs())

    def output(self, name: str | None) -> str:
        """The output of this name, or the first. Raises InvalidInput naming those there are."""
        return self._named("output", name, self.outputs)

    def input(self, name: str | None) -> str:
        """The input of this name, or the first. Raises InvalidInput naming those there are."""
        return self._named("input", name, tuple(self.inputs))

    def run(self, outputs: Iterable[str], feed: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """One pass: output name -> array. Raises InvalidInput if the network refuses the inputs."""
        names = list(outputs)
        try:
            return dict(zip(names, self._session.run(names, dict(feed)), strict=True))
        except Exception as error:
            raise InvalidInput(f"The network refused its input: {error}") from error

    def _named(self, what: str, name: str | None, there: tuple[str, ...]) -> str:
        if name is None:
            return there[0]
        if name not in there:
            raise InvalidInput(f"The network has no {what} {name!r}. It has: {', '.join(there)}.")
        return name


def _give_back() -> None:
    """Return to the system what loading has used and freed: glibc keeps it, 58 MiB after the sentence encoder."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim:
            trim(0)


class Networks:
    """Loaded networks by path, each loaded once however many cards and threads ask for it."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._lock = Lock()
        self._loaded: dict[Path, OnnxNetwork] = {}

    def get(self, path: Path) -> OnnxNetwork:
        with self._lock:
            if path not in self._loaded:
                self._loaded[path] = OnnxNetwork(path, self._threads)
            return self._loaded[path]
