from typing import Any

import numpy as np
import pytest

from service.demos.convolution_dimensions import CONVOLUTION_DIMENSIONS as DEMO
from service.demos.convolution_dimensions.toys import toy_kernel
from service.demos.demo import DemoResult, resolve_parameters
from service.errors import InvalidInput

NAMES = ("1D", "2D", "3D")


def run(seed: str = "1", **given: Any) -> DemoResult:
    return DEMO.run(resolve_parameters(DEMO, given), seed, lambda _fraction, _message="": None)


def test_the_default_layer_costs_what_the_formulas_give() -> None:
    found = run().output["directions"]

    assert [found[name]["parameters"] for name in NAMES] == [100, 280, 820]
    assert [found[name]["multiplications"] for name in NAMES] == [1_260, 52_920, 2_222_640]
    assert found["2D"]["formulas"] == {
        "parameters": "10·3·3² + 10 = 280",
        "multiplications": "14²·10·3·3² = 52920",
    }


@pytest.mark.parametrize(
    "given",
    [{}, {"stride": 3, "padding": 2}, {"kernel": 5, "bias": False}, {"kernel": 1}, {"channels": 1, "size": 4}],
)
def test_computing_the_layer_takes_what_the_closed_form_says(given: dict[str, Any]) -> None:
    for found in run(**given).output["directions"].values():
        for name in ("output_shape", "multiplications", "parameters"):
            assert found["computed"][name] == found[name]


def test_a_sum_of_random_products_has_their_number_as_variance() -> None:
    squares = [run(seed, output_channels=1).output["directions"]["3D"]["computed"]["mean_square"] for seed in "123456"]

    assert np.mean(squares) == pytest.approx(3 * 27, rel=0.2)


def test_torch_has_the_same_layers() -> None:
    torch = pytest.importorskip("torch")
    layers = (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d)
    found = run(stride=2, padding=1).output["directions"]

    for name, layer in zip(NAMES, layers, strict=True):
        module = layer(3, 10, 3, stride=2, padding=1)
        output = module(torch.zeros(1, *found[name]["input_shape"]))
        assert list(output.shape[1:]) == found[name]["output_shape"]
        assert sum(parameter.numel() for parameter in module.parameters()) == found[name]["parameters"]


@pytest.mark.parametrize("directions", [1, 2, 3])
def test_kernels_do_what_they_are_called(directions: int) -> None:
    random = np.random.default_rng(0)
    ramp = np.broadcast_to(np.arange(3.0), (3,) * directions)

    blur, edge, laplace = (toy_kernel(kind, directions, 3, random) for kind in ("blur", "edge", "laplace"))

    assert np.sum(blur * ramp) == pytest.approx(1)  # the mean
    assert np.sum(edge * ramp) == pytest.approx(2)  # the last less the first
    assert np.sum(edge) == pytest.approx(0)
    assert np.sum(laplace * ramp) == pytest.approx(0)  # a plane has no outline
    assert np.sum(laplace) == pytest.approx(0)


def test_an_edge_shows_in_the_map_of_every_direction() -> None:
    for found in run(size=20).output["directions"].values():
        values = np.array(found["toy"]["map"])
        rows = values.reshape(-1, values.shape[-1]).mean(axis=0)
        assert 13 <= np.argmax(rows) <= 15  # the wall begins at 78 % of 20 cells


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"size": 2, "kernel": 5}, "/kernel"),
        ({"size": 64}, "/size"),
        ({"size": 10**9}, "/size"),
        ({"channels": 64, "output_channels": 64}, "/size"),
        ({"kernel_kind": "sobel"}, "/kernel_kind"),
    ],
)
def test_what_has_no_output_or_takes_too_long_is_refused(given: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        run(**given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]
