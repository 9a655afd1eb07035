"""The arithmetic of convolutions against its definition, everywhere, and against torch, where there is one."""

from itertools import product

import numpy as np
import pytest
from convolution_reference import by_definition, positions, scattered_size

from service.demos.convolution import Axis, convolve, windows

SMALL = [
    Axis(size, kernel, stride, padding, dilation)
    for size, kernel, stride, padding, dilation in product(range(1, 13), range(1, 13), range(1, 5), range(4), (1, 2, 3))
    if size + 2 * padding >= dilation * (kernel - 1) + 1
]
PLANE = (
    Axis(7, 3, 2, 1),
    Axis(6, 2, 1, 0, 3),
)


def transposed(axis: Axis) -> list[Axis]:
    """The axis as one of a transposed convolution, with every output padding that means something."""
    return [
        Axis(axis.size, axis.kernel, axis.stride, axis.padding, axis.dilation, extra, transposed=True)
        for extra in range(max(axis.stride, axis.dilation))
    ]


def is_close(found: np.ndarray, expected: np.ndarray) -> bool:
    """As pytest.approx, in a tenth of its time."""
    return found.shape == expected.shape and np.allclose(found, expected, rtol=1e-6, atol=1e-12)


def test_output_sizes_are_as_many_as_the_kernel_has_places() -> None:
    for axis in SMALL:
        assert axis.output == len(positions(axis)), axis


def test_transposed_output_sizes_reach_from_the_first_to_the_last_cell_written() -> None:
    for axis in SMALL:
        for turned in transposed(axis):
            assert turned.output == scattered_size(turned), turned


def test_one_direction_computes_what_the_definition_says() -> None:
    random = np.random.default_rng(0)
    for axis in SMALL[::7]:
        for one in [axis, *(turned for turned in transposed(axis) if turned.output > 0)]:
            values, kernel = random.normal(size=(2, one.size)), random.normal(size=(3, 2, one.kernel))

            assert is_close(convolve(values, kernel, [one]), by_definition(values, kernel, [one])), one


@pytest.mark.parametrize("turned", [False, True], ids=["plain", "transposed"])
def test_two_and_three_directions_compute_what_the_definition_says(turned: bool) -> None:
    random = np.random.default_rng(1)
    for axes in (PLANE, (*PLANE, Axis(4, 3, 1, 2))):
        used = [transposed(axis)[-1] for axis in axes] if turned else axes
        values = random.normal(size=(2, *(axis.size for axis in used)))
        kernel = random.normal(size=(3, 2, *(axis.kernel for axis in used)))

        assert convolve(values, kernel, used) == pytest.approx(by_definition(values, kernel, used))


def test_the_transposed_convolution_is_the_adjoint() -> None:
    random = np.random.default_rng(2)
    for axis in SMALL:
        values, kernel = random.normal(size=(2, axis.size)), random.normal(size=(3, 2, axis.kernel))
        other = random.normal(size=(3, axis.output))

        back = convolve(other, kernel.swapaxes(0, 1), [axis.adjoint])

        assert back.shape == values.shape
        assert np.sum(convolve(values, kernel, [axis]) * other) == pytest.approx(np.sum(values * back))


def test_a_formula_states_the_size_that_its_numbers_give() -> None:
    assert Axis(6, 3, 2, 1).formula == "⌊(6 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1 = 3"
    assert Axis(3, 3, 2, 1, 1, 1, transposed=True).formula == "(3 − 1)·2 − 2·1 + 1·(3 − 1) + 1 + 1 = 6"


def test_what_lies_beyond_the_input_is_what_one_says() -> None:
    under = windows(np.array([[5.0, 6.0]]), [Axis(2, 2, padding=1)], nothing=-1.0)

    assert under.tolist() == [[[-1.0, 5.0], [5.0, 6.0], [6.0, -1.0]]]


def test_torch_gives_the_same() -> None:
    torch = pytest.importorskip("torch")
    random = np.random.default_rng(3)
    for axis in SMALL:
        values, kernel = random.normal(size=(2, axis.size)), random.normal(size=(3, 2, axis.kernel))
        options = {"stride": axis.stride, "padding": axis.padding, "dilation": axis.dilation}
        signal, weight = torch.tensor(values)[None], torch.tensor(kernel)
        expected = torch.nn.functional.conv1d(signal, weight, **options)[0].numpy()

        assert is_close(convolve(values, kernel, [axis]), expected), axis
        for turned in transposed(axis):
            if turned.output <= 0:
                continue
            back = torch.nn.functional.conv_transpose1d(
                signal, weight.transpose(0, 1), output_padding=turned.output_padding, **options
            )
            assert is_close(convolve(values, kernel, [turned]), back[0].numpy()), turned
