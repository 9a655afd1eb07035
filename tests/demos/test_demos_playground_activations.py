import numpy as np
import pytest

from service.demos.playground.activations import activate, times_slope
from service.demos.playground.kinds import ACTIVATIONS

ALLOWED_ULPS = 5
EVERYWHERE = np.concatenate(
    [np.linspace(-25, 25, 20_001), np.logspace(-300, 1, 2000), -np.logspace(-300, 1, 2000), [0.0, 700.0, -700.0]]
)
EXACT = {
    "tanh": lambda x: np.tanh(x.astype(np.longdouble)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x.astype(np.longdouble))),
}


@pytest.mark.parametrize("name", EXACT)
def test_an_activation_is_within_five_units_in_the_last_place(name: str) -> None:
    found, exact = EVERYWHERE.copy(), EXACT[name](EVERYWHERE)

    activate(ACTIVATIONS[name], found)

    ulps = np.abs(found - exact) / np.spacing(np.abs(exact).astype(float))
    assert ulps.max() < ALLOWED_ULPS


@pytest.mark.parametrize(
    ("name", "at_infinities"),
    [("tanh", (-1, 1)), ("sigmoid", (0, 1)), ("relu", (0, np.inf)), ("linear", (-np.inf, np.inf))],
)
def test_infinities_give_the_limits_and_nan_stays_nan(name: str, at_infinities: tuple[float, float]) -> None:
    values = np.array([-np.inf, np.inf, np.nan])

    activate(ACTIVATIONS[name], values)

    assert values[:2] == pytest.approx(at_infinities, abs=1e-300)
    assert np.isnan(values[2])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_slope_is_the_difference_quotient(name: str) -> None:
    x, step = np.linspace(-3, 3, 40), 1e-6
    below, here, above = x - step, x.copy(), x + step
    for values in (below, here, above):
        activate(ACTIVATIONS[name], values)
    slopes = np.ones_like(x)

    times_slope(ACTIVATIONS[name], slopes, here)

    assert slopes == pytest.approx((above - below) / (2 * step), abs=1e-8)


def test_relus_slope_at_zero_is_zero() -> None:
    slopes = np.ones(1)

    times_slope(ACTIVATIONS["relu"], slopes, np.zeros(1))

    assert slopes[0] == 0
