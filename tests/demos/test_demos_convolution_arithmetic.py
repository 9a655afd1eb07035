import io
from typing import Any

import numpy as np
import pytest
from convolution_reference import by_definition
from PIL import Image

from service.demos.animation import gif_of
from service.demos.convolution_arithmetic import CONVOLUTION_ARITHMETIC as DEMO
from service.demos.convolution_arithmetic.parameters import axes_of
from service.demos.demo import DemoResult, resolve_parameters
from service.errors import InvalidInput

# What the original's makefile says: size of the input and of the output.
ORIGINAL = {
    "no-padding-no-strides": (4, 2),
    "arbitrary-padding-no-strides": (5, 6),
    "same-padding-no-strides": (5, 5),
    "full-padding-no-strides": (5, 7),
    "no-padding-strides": (5, 2),
    "padding-strides": (5, 3),
    "padding-strides-odd": (6, 3),
}
NUMERICAL = {  # as the guide prints them
    "numerical-no-padding-no-strides": [[12, 12, 17], [10, 17, 19], [9, 6, 14]],
    "numerical-padding-strides": [[6, 17, 3], [8, 17, 13], [6, 4, 4]],
    "numerical-average-pooling": [[1.7, 1.7, 1.7], [1.0, 1.2, 1.8], [1.1, 0.8, 1.3]],
    "numerical-max-pooling": [[3, 3, 3], [3, 3, 3], [3, 2, 3]],
}


def run(seed: str = "1", **given: Any) -> DemoResult:
    return DEMO.run(resolve_parameters(DEMO, given), seed, lambda _fraction, _message="": None)


def preset(name: str) -> dict[str, Any]:
    return run(**DEMO.presets[name]).output


@pytest.mark.parametrize(("name", "sizes"), ORIGINAL.items())
def test_the_originals_figures_and_their_transposed_ones_have_its_sizes(name: str, sizes: tuple[int, int]) -> None:
    size, output = sizes

    assert DEMO.presets[name]["input_size"] == [size, size]
    assert preset(name)["output_size"] == [output, output]
    assert DEMO.presets[f"{name}-transposed"]["input_size"] == [output, output]
    assert preset(f"{name}-transposed")["output_size"] == [size, size]


def test_the_dilated_figure_has_the_originals_size() -> None:
    assert preset("dilation")["output_size"] == [3, 3]


@pytest.mark.parametrize(("name", "numbers"), NUMERICAL.items())
def test_the_originals_numerical_figures_have_its_numbers(name: str, numbers: list[list[float]]) -> None:
    assert np.round(preset(name)["output"][0], 1).tolist() == numbers


@pytest.mark.parametrize(
    "given",
    [
        {"channels": 3, "output_channels": 2},
        {"input_size": [4, 9], "kernel_size": [2, 3], "stride": [1, 2], "padding": [2, 0], "dilation": [2, 3]},
        {"transposed": True, "input_size": [3, 2], "stride": [2, 3], "output_padding": [1, 2], "output_channels": 2},
        {"transposed": True, "input_size": [4, 4], "padding": [3, 1], "dilation": [2, 1], "channels": 2},
    ],
    ids=["channels", "all that differs by axis", "transposed", "transposed and cut"],
)
def test_the_numbers_are_those_of_the_definition(given: dict[str, Any]) -> None:
    output = run(**given).output

    axes = axes_of(resolve_parameters(DEMO, given))
    expected = by_definition(np.array(output["input"]), np.array(output["kernel"]), axes)
    assert np.array(output["output"]) == pytest.approx(expected)
    assert output["output_size"] == list(expected.shape[1:])


@pytest.mark.parametrize(
    "name", ["several-channels", "numerical-transposed", "not-square", "numerical-average-pooling"]
)
def test_each_step_tells_the_sum_that_gives_its_result(name: str) -> None:
    output = preset(name)

    assert len(output["steps"]) == np.prod(output["output_size"])
    for step in output["steps"]:
        row, column = step["output"]
        for channel, told in enumerate(step["sums"]):
            value = output["output"][channel][row][column]
            assert step["results"][channel] == value
            total, printed = told.replace("·", "*").split(" = ")
            assert eval(total) == pytest.approx(value)
            assert float(printed) == pytest.approx(value, rel=0.005)


def test_each_step_names_the_cells_that_it_reads() -> None:
    output = run(padding=[1, 1], stride=[2, 2]).output

    values = np.array(output["input"])[0]
    for step in output["steps"]:
        read = [[0.0 if cell is None else values[tuple(cell)] for cell in row] for row in step["cells"]]
        assert step["values"] == [read]


def test_a_stride_that_does_not_fit_leaves_cells_unread() -> None:
    output = preset("stride-loses-a-row-and-a-column")

    assert output["left_over"] == {"rows": 1, "columns": 1}
    assert np.array(output["times_read"])[-1].tolist() == [0] * 6
    assert np.sum(np.array(output["times_read"]) == 0) == 11


def test_a_transposed_convolution_with_stride_paints_a_checkerboard() -> None:
    output = preset("checkerboard")

    assert output["output"][0] == output["cells_reached"]
    assert output["output"][0][2] == [2, 2, 4, 2, 4, 2, 2]


def test_padding_counts_in_a_mean_and_not_in_a_maximum() -> None:
    given = {"input_size": [1, 1], "input": [[[-9.0]]], "padding": [1, 1]}

    assert run(**given, mode="average").output["output"] == [[[-1.0]]]
    assert run(**given, mode="max").output["output"] == [[[-9.0]]]


def test_the_maximum_of_nothing_but_padding_is_null() -> None:
    output = run(mode="max", input_size=[2, 2], kernel_size=[2, 2], dilation=[3, 3], padding=[1, 1]).output

    assert output["output"] == [[[None]]]
    assert output["steps"][0]["sums"] == ["max() = none"]


def test_pooling_has_as_many_output_channels_as_input_channels() -> None:
    assert np.shape(run(mode="max", channels=3).output["output"]) == (3, 3, 3)


def test_the_animation_has_a_frame_for_each_output_cell() -> None:
    figure = run(input_size=[4, 3], show_values=False).figures["animation"]

    gif = Image.open(io.BytesIO(gif_of(figure.vega_lite(), scale=0.5)))

    assert gif.n_frames == 2
    assert figure.animation is not None
    assert figure.animation.frames == 2


@pytest.mark.parametrize(
    ("given", "pointer", "told"),
    [
        ({"kernel_size": [3, 7]}, "/kernel_size/1", "It reaches over 7 cells, and the padded input has 5."),
        ({"input_size": [2, 5], "dilation": [2, 1]}, "/kernel_size/0", "reaches over 5 cells"),
        ({"transposed": True, "padding": [0, 4]}, "/padding/1", "the output would have -1 cells"),
        ({"transposed": True, "output_padding": [1, 0]}, "/output_padding/0", "less than the stride"),
        ({"output_padding": [1, 0]}, "/output_padding/0", "Only a transposed"),
        ({"input_size": [16, 16]}, "/input_size", "The output has 196 cells, and 100 steps can be shown."),
        ({"transposed": True, "stride": [6, 6], "output_padding": [0, 0]}, "/input_size/0", "29 cells"),
        ({"mode": "max", "transposed": True}, "/transposed", "Only a convolution"),
        ({"mode": "max", "kernel": [[[[1.0]]]]}, "/kernel", "no numbers"),
        ({"input": [[[1.0, 2.0], [3.0]]]}, "/input", "different lengths"),
        ({"input": [[[1.0, 2.0], [3.0, 4.0]]]}, "/input", "It is 1 x 2 x 2; the other parameters make it 1 x 5 x 5."),
        ({"input": [[[float("nan")] * 5] * 5]}, "/input/0/0/0", "nan or infinity"),
        ({"input_size": [5]}, "/input_size", "Length"),
        ({"stride": [0, 1]}, "/stride/0", "greater than or equal to 1"),
        ({"channels": 10**9}, "/channels", "less than or equal to 4"),
    ],
)
def test_what_cannot_be_computed_or_shown_is_refused_where_it_is(
    given: dict[str, Any], pointer: str, told: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        run(**given)

    assert pointer in [fault.pointer for fault in refused.value.faults]
    assert told in str(refused.value)
