"""Reads tensors out of a PyTorch checkpoint (.pth, .pt), without PyTorch and without trusting the file.

A pickle is a program. Only an OrderedDict, tensors and their storages may be named in it, and numpy's scalars, which
are passed over; everything else is refused, and every number that it claims is checked against the bytes that are
there. Both containers are read: the zip of PyTorch 1.6 and later, and the older stream of pickles followed by raw
storages.
"""

from __future__ import annotations

import io
import math
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from findalike.errors import InvalidInput

SIZE_LIMIT = 4 * 1024**3
MAX_DIMENSIONS = 8
LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_PROTOCOL = 1001
# Little-endian whatever machine reads: that is what PyTorch writes on every machine that it is common on.
STORAGES = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "<i1",
    "ByteStorage": "<u1",
    "BoolStorage": "|b1",
}


class _Storage(NamedTuple):
    dtype: Any
    key: Any
    length: Any


class _Tensor(NamedTuple):
    storage: Any
    offset: Any
    shape: Any
    strides: Any


class _Rebuild:
    # Instances without attributes: pickle's BUILD could set some on a function, and so change our own code.
    __slots__ = ()

    def __call__(self, storage: Any, offset: Any, shape: Any, strides: Any, *_: Any) -> _Tensor:
        return _Tensor(storage, offset, shape, strides)


class _Parameter:
    __slots__ = ()

    def __call__(self, data: Any, *_: Any) -> Any:
        return data


class _Unread:
    """What stands for a value that nobody reads, however it is made."""

    __slots__ = ()

    def __call__(self, *_: Any) -> _Unread:
        return self

    def __setstate__(self, state: Any) -> None:
        pass


_UNREAD = frozenset(
    (
        ("_codecs", "encode"),
        ("numpy", "dtype"),
        ("numpy.core.multiarray", "scalar"),
        ("numpy._core.multiarray", "scalar"),
    )
)
"""A dict of results, which training programs save beside the tensors, has numpy's scalars."""


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "torch._utils" and name in ("_rebuild_tensor", "_rebuild_tensor_v2"):
            return _Rebuild()
        if module == "torch._utils" and name == "_rebuild_parameter":
            return _Parameter()
        if module == "torch" and name in STORAGES:
            return STORAGES[name]
        if (module, name) in _UNREAD:
            return _Unread()
        raise pickle.UnpicklingError(f"it names {module}.{name}, which is not on the list of what may be read")

    def persistent_load(self, pid: Any) -> _Storage:
        if not isinstance(pid, tuple) or len(pid) < 5 or pid[0] != "storage":
            raise pickle.UnpicklingError("it refers to something else than a storage")
        return _Storage(pid[1], pid[2], pid[4])


def read_checkpoint(path: Path) -> dict[str, NDArray[Any]]:
    """The state dict of a checkpoint: name -> array, own memory, of the dtype and shape that it was saved with.

    Of a tuple, as training programs save it, the state dict is the first element, and the others are not read.
    Raises InvalidInput for anything that is not a plain dict of tensors, or that claims more than the file holds.
    """
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise ValueError("it is too large")
        state, storages = _read_zip(path) if zipfile.is_zipfile(path) else _read_legacy(path)
        return {name: _array(tensor, storages) for name, tensor in _entries(state).items()}
    except (InvalidInput, MemoryError):
        raise
    except Exception as error:  # a hostile pickle can raise anything at all
        raise InvalidInput(f"{path.name} is not a checkpoint that can be read: {error}.") from error


def _entries(state: Any) -> dict[str, _Tensor]:
    if isinstance(state, tuple) and state:
        state = state[0]
    if not isinstance(state, dict):
        raise ValueError("it holds no dict")
    if not all(isinstance(name, str) and isinstance(tensor, _Tensor) for name, tensor in state.items()):
        raise ValueError("its dict holds something else than named tensors")
    return dict(state)


def _array(tensor: _Tensor, storages: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    storage, offset, shape, strides = tensor
    if not isinstance(storage, _Storage) or not isinstance(storage.key, str) or storage.key not in storages:
        raise ValueError("a tensor has no storage")
    values = storages[storage.key]
    numbers = (offset, *_numbers(shape), *_numbers(strides))
    if len(shape) != len(strides) or any(type(n) is not int or n < 0 for n in numbers):
        raise ValueError("a tensor's shape makes no sense")
    count = math.prod(shape)
    last = offset + sum((n - 1) * step for n, step in zip(shape, strides, strict=True))
    # A stride of 0 may repeat a value for ever, so the count is held to the storage as well as the last index.
    if count > len(values) or (count and last >= len(values)):
        raise ValueError("a tensor reaches beyond its storage")
    if not count:
        return np.zeros(shape, values.dtype)
    view = np.lib.stride_tricks.as_strided(
        values[offset:], shape, [step * values.itemsize for step in strides], writeable=False
    )
    return np.array(view)


def _numbers(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, tuple) or len(value) > MAX_DIMENSIONS:
        raise ValueError("a tensor's shape makes no sense")
    return value


def _values(raw: bytes, dtype: Any) -> NDArray[Any]:
    if dtype not in STORAGES.values():
        raise ValueError("a storage has no type")
    return np.frombuffer(raw, np.dtype(dtype))


def _storages_of(state: Any) -> dict[str, _Storage]:
    found: dict[str, _Storage] = {}
    for tensor in _entries(state).values():
        storage = tensor.storage
        if not isinstance(storage, _Storage) or not isinstance(storage.key, str):
            raise ValueError("a tensor has no storage")
        if found.setdefault(storage.key, storage) != storage:
            raise ValueError("a storage is described twice, differently")
    return found


def _read_zip(path: Path) -> tuple[Any, dict[str, NDArray[Any]]]:
    with zipfile.ZipFile(path) as file:
        inside = [name for name in file.namelist() if name.endswith("/data.pkl") and name.count("/") == 1]
        if len(inside) != 1:
            raise ValueError("it has no data.pkl")
        root = inside[0].removesuffix("data.pkl")
        for info in file.infolist():
            # PyTorch stores without compression, so what is compressed can only be a bomb.
            if info.compress_type != zipfile.ZIP_STORED:
                raise ValueError("it is compressed")
        if f"{root}byteorder" in file.namelist() and file.read(f"{root}byteorder") != b"little":
            raise ValueError("it is not little-endian")
        state = _Unpickler(io.BytesIO(file.read(inside[0]))).load()
        return state, {
            key: _values(file.read(f"{root}data/{key}"), storage.dtype) for key, storage in _storages_of(state).items()
        }


def _read_legacy(path: Path) -> tuple[Any, dict[str, NDArray[Any]]]:
    with path.open("rb") as file:
        magic, protocol, system = (_Unpickler(file).load() for _ in range(3))
        if magic != LEGACY_MAGIC or protocol != LEGACY_PROTOCOL:
            raise ValueError("it is neither of PyTorch's containers")
        if not isinstance(system, dict) or system.get("little_endian") is not True:
            raise ValueError("it is not little-endian")
        state = _Unpickler(file).load()
        keys = _Unpickler(file).load()
        described = _storages_of(state)
        if not isinstance(keys, list) or set(keys) != set(described):
            raise ValueError("its storages are not those that its tensors name")
        return state, {key: _raw_storage(file, described[key].dtype) for key in keys}


def _raw_storage(file: IO[bytes], dtype: Any) -> NDArray[Any]:
    (count,) = struct.unpack("<q", file.read(8))
    if dtype not in STORAGES.values() or not 0 <= count <= SIZE_LIMIT:
        raise ValueError("a storage makes no sense")
    size = count * np.dtype(dtype).itemsize
    raw = file.read(size)
    if len(raw) != size:
        raise ValueError("it ends too early")
    return _values(raw, dtype)
