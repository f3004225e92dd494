"""Checkpoints are strangers' programs: what may be read, and what is refused."""

from __future__ import annotations

import io
import pickle
import struct
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from findalike.errors import InvalidInput
from findalike.models.torch_checkpoint import LEGACY_MAGIC, LEGACY_PROTOCOL, read_checkpoint

VALUES = np.arange(6, dtype="<f4")


class Storage:
    """Pickled as PyTorch pickles a storage: by a persistent id."""

    def __init__(self, kind: Any, key: str = "0", length: int = 6) -> None:
        self.pid = ("storage", kind, key, "cpu", length)


class Tensor:
    def __init__(self, *arguments: Any, rebuild: Any = None) -> None:
        self.arguments = arguments
        self.rebuild = rebuild

    def __reduce__(self) -> tuple[Any, ...]:
        return (self.rebuild or sys.modules["torch._utils"]._rebuild_tensor_v2, self.arguments)


class Call:
    def __init__(self, function: Any, *arguments: Any) -> None:
        self.made = (function, arguments)

    def __reduce__(self) -> tuple[Any, ...]:
        return self.made


class Pickler(pickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        return obj.pid if isinstance(obj, Storage) else None


@pytest.fixture
def torch(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A torch that has just the names a checkpoint needs while it is being written."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    for name in ("FloatStorage", "LongStorage", "UntypedStorage"):
        setattr(torch, name, type(name, (), {"__module__": "torch", "__qualname__": name}))

    def _rebuild_tensor_v2(*_: Any) -> None: ...

    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)
    return torch


def dumped(value: Any) -> bytes:
    file = io.BytesIO()
    Pickler(file, protocol=2).dump(value)
    return file.getvalue()


def zipped(path: Path, state: Any, raw: bytes = VALUES.tobytes(), compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as file:
        file.writestr("archive/data.pkl", state if isinstance(state, bytes) else dumped(state))
        file.writestr("archive/byteorder", "little")
        file.writestr("archive/data/0", raw)
    return path


def legacy(path: Path, state: Any, raw: bytes, count: int) -> Path:
    parts = [LEGACY_MAGIC, LEGACY_PROTOCOL, {"little_endian": True}, state, ["0"]]
    path.write_bytes(b"".join(dumped(part) for part in parts) + struct.pack("<q", count) + raw)
    return path


def tensor(torch: Any, offset: Any = 0, shape: Any = (2, 3), strides: Any = (3, 1)) -> Tensor:
    return Tensor(Storage(torch.FloatStorage), offset, shape, strides, False, OrderedDict())


def test_both_containers_give_the_tensors(torch: Any, tmp_path: Path) -> None:
    state = OrderedDict(a=tensor(torch), b=tensor(torch, 1, (3,), (2,)), c=tensor(torch, 5, (), ()))
    for path in (
        zipped(tmp_path / "new.pth", state),
        legacy(tmp_path / "old.pth", state, VALUES.tobytes(), 6),
    ):
        read = read_checkpoint(path)
        assert read["a"].tolist() == [[0, 1, 2], [3, 4, 5]]
        assert read["b"].tolist() == [1, 3, 5]
        assert read["c"] == 5
        assert read["a"].dtype == np.float32


def test_what_is_saved_beside_the_tensors_is_passed_over(torch: Any, tmp_path: Path) -> None:
    saved = (OrderedDict(a=tensor(torch)), {"accuracy": (np.float64(0.9), np.int64(3))})
    read = read_checkpoint(zipped(tmp_path / "both.pth", saved))
    assert list(read) == ["a"]
    assert read["a"].tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    "payload",
    [
        b"cos\nsystem\n(S'touch HOSTILE'\ntR.",
        b'cbuiltins\neval\n(S\'open("HOSTILE","w")\'\ntR.',
        b"\x80\x04\x8c\x08builtins\x8c\x04exec\x93\x8c\x04pass\x85R.",
        b"\x80\x04\x8c\x0bcollections\x8c\x0fabc.sys.modules\x93.",
        b"cnumpy.core.multiarray\n_reconstruct\n.",
    ],
)
def test_a_pickle_that_calls_something_is_refused(
    payload: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInput, match="not on the list"):
        read_checkpoint(zipped(tmp_path / "hostile.pth", payload))
    (tmp_path / "stream.pth").write_bytes(payload)
    with pytest.raises(InvalidInput, match="not on the list"):
        read_checkpoint(tmp_path / "stream.pth")
    assert not (tmp_path / "HOSTILE").exists()


def test_build_cannot_change_what_the_reader_itself_uses(tmp_path: Path) -> None:
    for name in (b"_rebuild_tensor_v2", b"_rebuild_parameter"):
        for state in (b"(dS'__call__'\nI1\ns", b"(N(dS'__call__'\nI1\nst"):
            path = zipped(tmp_path / "hostile.pth", b"ctorch._utils\n" + name + b"\n" + state + b"b.")
            with pytest.raises(InvalidInput):
                read_checkpoint(path)


@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [
        (0, (2, 4), (4, 1)),
        (0, (7,), (1,)),
        (5, (2,), (1,)),
        (-1, (2,), (1,)),
        (0, (2,), (-1,)),
        (0, (-2,), (1,)),
        (0, (2,), (2**62,)),
        (2**70, (1,), (1,)),
        (0, (10**9, 10**9), (0, 0)),
        (0, (1,) * 40, (1,) * 40),
        (0, (2,), (1, 1)),
        (0, [2], [1]),
        (0.0, (2,), (1,)),
        (0, (True,), (1,)),
        ("0", (2,), (1,)),
    ],
)
def test_a_tensor_that_reaches_beyond_its_storage_is_refused(
    torch: Any, offset: Any, shape: Any, strides: Any, tmp_path: Path
) -> None:
    state = {"a": tensor(torch, offset, shape, strides)}
    with pytest.raises(InvalidInput):
        read_checkpoint(zipped(tmp_path / "hostile.pth", state))
    with pytest.raises(InvalidInput):
        read_checkpoint(legacy(tmp_path / "old.pth", state, VALUES.tobytes(), 6))


def test_files_that_lie_about_their_size_or_form_are_refused(torch: Any, tmp_path: Path) -> None:
    state = {"a": tensor(torch)}
    path = tmp_path / "x.pth"
    with pytest.raises(InvalidInput, match="ends too early"):
        read_checkpoint(legacy(path, state, VALUES.tobytes()[:-1], 6))
    with pytest.raises(InvalidInput, match="makes no sense"):
        read_checkpoint(legacy(path, state, VALUES.tobytes(), -1))
    with pytest.raises(InvalidInput):
        read_checkpoint(zipped(path, state, VALUES.tobytes()[:-4]))
    with pytest.raises(InvalidInput, match="compressed"):
        read_checkpoint(zipped(path, state, b"\0" * 10**6, zipfile.ZIP_DEFLATED))
    with pytest.raises(InvalidInput, match="named tensors"):
        read_checkpoint(zipped(path, {"a": 1}))
    with pytest.raises(InvalidInput, match="no dict"):
        read_checkpoint(zipped(path, [tensor(torch)]))
    path.write_bytes(b"")
    with pytest.raises(InvalidInput):
        read_checkpoint(path)


def test_unknown_storages_are_refused(torch: Any, tmp_path: Path) -> None:
    hidden = Tensor(Storage(torch.UntypedStorage), 0, (1,), (1,), False, OrderedDict())
    with pytest.raises(InvalidInput, match="UntypedStorage"):
        read_checkpoint(zipped(tmp_path / "x.pth", {"a": hidden}))
    none = Tensor(None, 0, (1,), (1,), False, OrderedDict())
    with pytest.raises(InvalidInput, match="no storage"):
        read_checkpoint(zipped(tmp_path / "x.pth", {"a": none}))
