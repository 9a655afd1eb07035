import numpy as np
import pytest

from service.demos.contours import zero_crossings

AXIS = np.linspace(-2, 2, 41)
X, Y = np.meshgrid(AXIS, AXIS)


def test_the_zero_line_of_a_disc_is_its_circle() -> None:
    segments = zero_crossings(AXIS, 1 - X * X - Y * Y)

    lengths = [np.hypot(x2 - x1, y2 - y1) for x1, y1, x2, y2 in segments]
    assert sum(lengths) == pytest.approx(2 * np.pi, rel=0.01)
    assert [np.hypot(x, y) for x, y, _, _ in segments] == pytest.approx(np.ones(len(segments)), abs=0.01)


@pytest.mark.parametrize("values", [np.ones_like(X), np.full_like(X, np.nan)], ids=["positive", "no numbers"])
def test_a_surface_that_crosses_nowhere_has_no_line(values: np.ndarray) -> None:
    assert zero_crossings(AXIS, values) == []


def test_a_saddle_is_cut_twice_in_one_cell() -> None:
    axis = np.array([-1.0, 1.0])

    assert len(zero_crossings(axis, np.array([[1.0, -1.0], [-1.0, 1.0]]))) == 2
