import numpy as np
import pytest

from service.demos.normalization import EPSILON, back, moments

AXES = [(0,), (1,), (0, 2), (1, 2, 3)]


def some(axes: tuple[int, ...]) -> np.ndarray:
    shape = (5, 6, 3, 4)[: max(max(axes) + 1, 2)]
    return 3 + 2 * np.random.default_rng(1).standard_normal(shape)


@pytest.mark.parametrize("axes", AXES)
def test_what_is_normalized_has_mean_0_and_variance_1(axes: tuple[int, ...]) -> None:
    z = some(axes)

    normalized = moments(z, axes).normalized(z)

    variance = z.var(axis=axes)
    assert normalized.mean(axis=axes) == pytest.approx(np.zeros_like(variance), abs=1e-12)
    assert normalized.var(axis=axes) == pytest.approx(variance / (variance + EPSILON))


@pytest.mark.parametrize("axes", AXES)
def test_the_way_back_is_central_differences(axes: tuple[int, ...]) -> None:
    z, step = some(axes), 1e-5
    wanted = np.random.default_rng(2).standard_normal(z.shape)

    def total(nudge: np.ndarray) -> float:
        return float(np.sum(wanted * moments(z + nudge, axes).normalized(z + nudge)))

    units = step * np.eye(z.size).reshape(-1, *z.shape)
    slopes = [(total(unit) - total(-unit)) / (2 * step) for unit in units]
    own = moments(z, axes)

    assert back(wanted, own.normalized(z), own.scale, axes).ravel() == pytest.approx(slopes, abs=1e-8)


def test_equal_numbers_become_0() -> None:
    z = np.full((4, 3), 7.0)

    assert not np.any(moments(z, (0,)).normalized(z))
