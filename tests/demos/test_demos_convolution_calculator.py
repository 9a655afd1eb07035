from typing import Any

import numpy as np
import pytest
from convolution_reference import by_definition

from service.demos.convolution import Axis
from service.demos.convolution_calculator import CONVOLUTION_CALCULATOR as DEMO
from service.demos.convolution_calculator.layers import Stage, stages
from service.demos.convolution_calculator.sight import field, jump, seen
from service.demos.demo import DemoResult, resolve_parameters
from service.errors import InvalidInput


def run(seed: str = "1", **given: Any) -> DemoResult:
    return DEMO.run(resolve_parameters(DEMO, given), seed, lambda _fraction, _message="": None)


def preset(name: str) -> dict[str, Any]:
    return run(**DEMO.presets[name]).output


def problems(output: dict[str, Any]) -> list[tuple[int, str]]:
    return [(layer["layer"], problem["code"]) for layer in output["layers"] for problem in layer["problems"]]


# Parameters and multiplications as their authors or torchvision state them; the receptive fields of the last maps.
KNOWN = [
    ("tiny-vgg", [10], 19_920, 5_608_780, 16),
    ("lenet-5", [10], 61_706, 416_520, 16),
    ("alexnet", [1000], 61_100_840, 714_188_480, 195),
    ("vgg-16", [1000], 138_357_544, 15_470_264_320, 212),
]


@pytest.mark.parametrize(("name", "shape", "parameters", "multiplications", "field"), KNOWN)
def test_known_networks_have_their_known_sizes(
    name: str, shape: list[int], parameters: int, multiplications: int, field: int
) -> None:
    output = preset(name)

    assert output["output_shape"] == shape
    assert output["parameters"] == parameters
    assert output["multiplications"] == multiplications
    seen = [layer["receptive_field"]["size"] for layer in output["layers"] if layer["receptive_field"]]
    assert seen[-1] == [field, field]


def test_layers_of_one_direction_to_three_cost_what_the_course_states() -> None:
    found = [
        run(input_size=[16] * directions, layers=[{"type": "conv", "channels": 10}]).output for directions in (1, 2, 3)
    ]

    assert [output["parameters"] for output in found] == [100, 280, 820]
    assert [output["multiplications"] for output in found] == [1_260, 52_920, 2_222_640]


def test_a_dilated_stack_doubles_its_receptive_field_with_each_layer() -> None:
    layers = preset("dilated-signal")["layers"]

    assert [layer["receptive_field"]["size"] for layer in layers] == [[2], [4], [8], [16], [32], [64]]


STACKS = [
    [{"kernel": [3]}, {"kernel": [2], "stride": [2]}, {"kernel": [3], "padding": [1]}],
    [{"kernel": [5], "stride": [3], "padding": [2]}, {"kernel": [2], "dilation": [3]}],
    [{"kernel": [4], "stride": [2], "padding": [1]}, {"type": "conv_transpose", "kernel": [4], "stride": [2]}],
    [{"type": "conv_transpose", "kernel": [5], "stride": [2], "padding": [2]}, {"kernel": [3], "stride": [2]}],
    [{"type": "conv_transpose", "kernel": [3], "stride": [2], "dilation": [2]}, {"kernel": [2]}],
]


@pytest.mark.parametrize("stack", STACKS)
def test_the_receptive_field_is_what_a_change_of_the_input_is_seen_from(stack: list[dict[str, Any]]) -> None:
    layers = [{"type": "conv", "channels": 1, "bias": False, **layer} for layer in stack]
    found, _ = stages(resolve_parameters(DEMO, {"input_channels": 1, "input_size": [48], "layers": layers}))

    sees = influences(found)

    way = found[-1].ways[0]
    inner = [o for o in range(len(sees)) if sees[o].any() and not (sees[o][:4].any() or sees[o][-4:].any())]
    assert len(inner) > 8
    for at in inner:
        cells = np.flatnonzero(sees[at])
        assert seen(way, at) == (cells[0], cells[-1])
    assert field(way, inner[4]) == max(np.ptp(np.flatnonzero(sees[at])) + 1 for at in inner)
    assert jump(way) == (np.flatnonzero(sees[inner[-1]])[0] - np.flatnonzero(sees[inner[-9]])[0]) / 8


def test_a_cell_that_a_transposed_convolution_leaves_empty_sees_nothing() -> None:
    way = [Axis(4, 1, 2, transposed=True)]

    assert [seen(way, cell) for cell in range(3)] == [(0, 0), None, (1, 1)]


def influences(found: list[Stage]) -> np.ndarray:
    """Which input cells (columns) change which output cells (rows), through kernels of ones."""
    values = np.eye(found[0].sizes[0])[:, None, :]
    for stage in found[1:]:
        kernel = np.ones((1, 1, stage.axes[0].kernel))
        values = np.stack([by_definition(one, kernel, stage.axes) for one in values])
    return values[:, 0].T != 0


def test_multiplications_are_those_that_the_definition_takes() -> None:
    layers = [
        {"type": "conv", "channels": 6, "kernel": [3, 2], "stride": [2, 1], "groups": 2},
        {"type": "conv_transpose", "channels": 4, "kernel": [2, 3], "stride": [2, 2], "groups": 2},
    ]

    found = run(input_channels=4, input_size=[7, 5], layers=layers).output["layers"]

    outputs = 6 * 3 * 4  # each of these adds up 2 channels of 3 x 2 cells
    inputs = 6 * 3 * 4  # each of these is spread over 2 channels of 2 x 3 cells
    assert [layer["multiplications"] for layer in found] == [outputs * 2 * 3 * 2, inputs * 2 * 2 * 3]
    assert [layer["weights"] for layer in found] == [6 * 2 * 3 * 2, 6 * 2 * 2 * 3]


def test_the_adjoint_identity_holds_for_every_convolution() -> None:
    for seed in ("1", "2", "3"):
        for layer in run(seed).output["layers"]:
            check = layer["adjoint"]
            assert (check is not None) == (layer["type"] == "conv")
            if check:
                assert check["conv_x_times_v"] == pytest.approx(check["x_times_conv_transpose_v"], rel=1e-9)


def test_a_stride_that_does_not_divide_names_the_lost_cells_and_what_would_fit() -> None:
    output = preset("stride-does-not-divide")

    (first,) = output["layers"][0]["problems"]
    assert (
        first["detail"] == "In height and width, (64 + 2·0 − 3) / 2 leaves 1 over: cell 63 of the input never counts."
    )
    assert first["advice"] == "An input of 63 or 65 cells would fit."
    assert output["layers"][0]["unread"] == [1, 1]
    (third,) = output["layers"][2]["problems"]
    assert "cells 29 to 30 of the input never count" in third["detail"]


@pytest.mark.parametrize("size", [63, 65])
def test_the_sizes_advised_do_fit(size: int) -> None:
    output = run(input_size=[size, size], layers=[{"type": "conv", "channels": 8, "stride": [2]}]).output

    assert problems(output) == []


@pytest.mark.parametrize(
    ("layer", "code"),
    [
        ({"kernel": [1], "stride": [2]}, "steps_over_cells"),
        ({"kernel": [2], "stride": [3], "dilation": [2], "padding": [1]}, "steps_over_cells"),
        ({"kernel": [3], "padding": [3]}, "padding_too_wide"),
        ({"kernel": [1], "dilation": [2]}, "dilation_of_one"),
        ({"type": "conv_transpose", "kernel": [3], "stride": [2]}, "checkerboard"),
    ],
)
def test_what_is_probably_not_meant_is_a_warning(layer: dict[str, Any], code: str) -> None:
    output = run(input_size=[13], layers=[{"type": "conv", "channels": 2, **layer}]).output

    assert problems(output) == [(1, code)]
    assert output["status"] == "possible"


@pytest.mark.parametrize(
    ("layers", "at", "code"),
    [
        ([{"type": "max_pool", "kernel": [8]}, {"type": "conv", "channels": 2}], 2, "kernel_too_large"),
        ([{"type": "conv", "channels": 3, "groups": 3}], 1, "groups"),
        ([{"type": "dense", "channels": 3}], 1, "not_flat"),
        ([{"type": "conv_transpose", "channels": 1, "stride": [64]}] * 4, 3, "too_large"),
        ([{"type": "flatten"}, {"type": "conv", "channels": 3}], 2, "flat"),
        ([{"type": "conv_transpose", "channels": 3, "padding": [9]}], 1, "nothing_left"),
        ([{"type": "conv_transpose", "channels": 3, "output_padding": [1]}], 1, "output_padding"),
    ],
)
def test_what_cannot_be_ends_the_layers_and_says_why(layers: list[dict[str, Any]], at: int, code: str) -> None:
    result = run(input_channels=4, input_size=[16, 16], layers=layers)

    assert result.output["status"] == "impossible"
    assert result.output["output_shape"] is None
    assert (result.output["impossible"]["layer"], result.output["impossible"]["code"]) == (at, code)
    assert len(result.output["layers"]) == at - 1
    assert result.output["impossible"]["detail"] in result.figures["layers"].description


def test_the_padding_advised_for_a_kernel_that_is_too_large_is_the_least_that_works() -> None:
    def status(padding: int) -> str:
        layer = {"type": "conv", "channels": 1, "kernel": [7], "padding": [padding]}
        return run(input_size=[3], layers=[layer]).output["status"]

    assert (
        "Pad by 2 at least"
        in run(input_size=[3], layers=[{"type": "conv", "channels": 1, "kernel": [7]}]).output["impossible"]["advice"]
    )
    assert [status(1), status(2)] == ["impossible", "possible"]


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"layers": []}, "/layers"),
        ({"layers": [{"type": "conv"}]}, "/layers/0/channels"),
        ({"layers": [{"type": "relu", "kernel": [5]}]}, "/layers/0/kernel"),
        ({"layers": [{"type": "max_pool", "channels": 5}]}, "/layers/0/channels"),
        ({"layers": [{"type": "conv", "channels": 1, "kernel": [3, 3, 3]}]}, "/layers/0/kernel"),
        ({"layers": [{"type": "relu"}] * 100}, "/layers"),
        ({"layers": [{"type": "dense", "channels": 10**6}]}, "/layers/0/channels"),
        ({"input_size": [64, 64, 64, 64]}, "/input_size"),
        ({"input_size": [10**9]}, "/input_size/0"),
    ],
)
def test_parameters_without_a_meaning_are_refused_where_they_are(given: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        run(**given)

    assert pointer in [fault.pointer for fault in refused.value.faults]


def test_the_largest_network_takes_no_long_time_and_little_memory() -> None:
    layer = {"type": "conv", "channels": 65_536, "kernel": [64], "padding": [32]}

    output = run(input_size=[4096] * 3, layers=[layer] * 64).output

    assert output["status"] == "possible"
    assert output["parameters"] > 10**16


def test_torch_builds_the_same_network() -> None:
    torch = pytest.importorskip("torch")
    nn = torch.nn
    builders = {
        "conv": lambda c, o, k: {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}[len(k["kernel_size"])](c, o, **k),
        "conv_transpose": lambda c, o, k: {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d}[len(k["kernel_size"])](
            c, o, **k
        ),
        "max_pool": lambda c, o, k: {1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d}[len(k["kernel_size"])](**k),
    }
    for name in DEMO.presets:
        parameters = resolve_parameters(DEMO, DEMO.presets[name])
        found, _ = stages(parameters)
        for layer, before, after in zip(parameters["layers"], found, found[1:], strict=False):
            if layer["type"] not in builders or after.channels * before.channels > 10_000:
                continue
            options = {
                "kernel_size": [axis.kernel for axis in after.axes],
                **{key: [getattr(axis, key) for axis in after.axes] for key in ("stride", "padding", "dilation")},
            }
            if layer["type"].startswith("conv"):
                options |= {"groups": layer["groups"], "bias": layer["bias"]}
            module = builders[layer["type"]](before.channels, after.channels, options)

            assert tuple(module(torch.zeros(1, *before.shape)).shape[1:]) == after.shape
            assert sum(parameter.numel() for parameter in module.parameters()) == after.parameters
