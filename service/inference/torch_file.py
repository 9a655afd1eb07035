"""Reading what torch wrote, without torch: files of torch.save before version 1.6, tensors by name.

Such a file is a row of pickles (a magic number, a version, the writer's sizes, the tensors' shapes, the names of
storages), then each storage's length and its numbers.
"""

import io
import pickle
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from service.errors import ModelUnavailable

_MAGIC = 0x1950A86A20F9469CFC6C
_TYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}
_LENGTH = np.dtype("<i8")

Arrays = dict[str, NDArray[Any]]


class _Tensor(NamedTuple):
    """Where a tensor's numbers lie, counted in numbers from the start of its storage."""

    storage: str
    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _Unpickler(pickle.Unpickler):
    """Builds ordered dictionaries and the places of tensors, and refuses everything else: no code of a file runs."""

    def __init__(self, file: io.BytesIO, types: dict[str, np.dtype[Any]]) -> None:
        super().__init__(file)
        self.types = types  # of the storages, by name; filled as they come up

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, start, shape, strides, *_: _Tensor(storage, start, shape, strides)
        if module == "torch" and name in _TYPES:
            return _TYPES[name]
        raise ModelUnavailable(f"The model's file names {module}.{name}, which is no tensor.")

    def persistent_load(self, pid: Any) -> str:
        _kind, dtype, storage, *_ = pid
        self.types[storage] = dtype
        return str(storage)


def read_tensors(content: bytes) -> Arrays:
    """The tensors of a state dictionary by their names; ModelUnavailable where the content is anything else."""
    file, types = io.BytesIO(content), dict[str, np.dtype[Any]]()
    try:
        magic, _version, _sizes, tensors, storages = (_Unpickler(file, types).load() for _ in range(5))
    except (pickle.UnpicklingError, EOFError) as error:
        raise ModelUnavailable(f"The model's file is none that torch wrote before 1.6: {error}") from error
    if magic != _MAGIC:
        raise ModelUnavailable("The model's file is none that torch wrote before 1.6.")
    numbers = dict(_storages(content, file.tell(), [(name, types[name]) for name in storages]))
    return {name: _array(numbers[place.storage], place) for name, place in tensors.items()}


def _storages(content: bytes, start: int, named: list[tuple[str, np.dtype[Any]]]) -> Iterator[tuple[str, NDArray[Any]]]:
    for name, dtype in named:
        length = int(np.frombuffer(content, _LENGTH, 1, start)[0])
        start += _LENGTH.itemsize
        yield name, np.frombuffer(content, dtype, length, start)
        start += length * dtype.itemsize


def _array(numbers: NDArray[Any], place: _Tensor) -> NDArray[Any]:
    """A tensor in the order of its axes; it may lie otherwise, as one that was transposed does."""
    last = place.start + sum((size - 1) * stride for size, stride in zip(place.shape, place.strides, strict=True))
    if last >= len(numbers):
        raise ModelUnavailable("The model's file has a tensor that lies beyond its numbers.")
    strides = [stride * numbers.itemsize for stride in place.strides]
    return np.ascontiguousarray(as_strided(numbers[place.start :], place.shape, strides))
