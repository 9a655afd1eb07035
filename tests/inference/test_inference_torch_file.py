"""Files of torch, read without it. Real ones are read in test_inference_efficientnet.py."""

import os
import pickle
from collections import OrderedDict

import numpy as np
import pytest

from service.errors import ModelUnavailable
from service.inference.torch_file import read_tensors

MAGIC = 0x1950A86A20F9469CFC6C


def written(shape: tuple[int, ...], strides: tuple[int, ...], start: int = 0) -> bytes:
    """A file as torch.save wrote it before 1.6: one tensor "w" of a storage with the numbers 0 to 5."""
    storage = b"((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x06NtQ"
    place = _whole(start) + _tuple(shape) + _tuple(strides)
    tensor = b"ctorch._utils\n_rebuild_tensor_v2\n" + storage + place + b"\x89ccollections\nOrderedDict\n)RtR"
    tensors = b"\x80\x02ccollections\nOrderedDict\n)R(X\x01\x00\x00\x00w" + tensor + b"u."
    head = b"".join(pickle.dumps(part, 2) for part in (MAGIC, 1001, {"little_endian": True}))
    return head + tensors + pickle.dumps(["0"], 2) + (6).to_bytes(8, "little") + np.arange(6, dtype="<f4").tobytes()


def _whole(number: int) -> bytes:
    return b"J" + number.to_bytes(4, "little")


def _tuple(numbers: tuple[int, ...]) -> bytes:
    return b"(" + b"".join(_whole(number) for number in numbers) + b"t"


def test_tensors_are_read_in_the_order_of_their_axes() -> None:
    assert read_tensors(written((2, 3), (3, 1)))["w"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert read_tensors(written((3, 2), (1, 3)))["w"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert read_tensors(written((2,), (2,), start=3))["w"].tolist() == [3, 5]


def test_a_tensor_beyond_its_numbers_is_refused() -> None:
    with pytest.raises(ModelUnavailable, match="beyond its numbers"):
        read_tensors(written((2, 4), (4, 1)))


def test_code_in_a_file_does_not_run() -> None:
    evil = b"".join(pickle.dumps(part, 2) for part in (MAGIC, 1001, {}, os.system))

    with pytest.raises(ModelUnavailable, match=r"names posix.system, which is no tensor"):
        read_tensors(evil)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 a file of a newer torch",
        b"".join(pickle.dumps(part, 2) for part in (1, 1001, {}, OrderedDict(), [])),
        written((2, 3), (3, 1))[:40],
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(ModelUnavailable, match=r"none that torch wrote before 1\.6"):
        read_tensors(content)
