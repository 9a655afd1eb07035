"""The CNN explainer against what torch computed when its network was trained, and against its own arithmetic."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from service.config import bundled
from service.demos.cnn_explainer import CNN_EXPLAINER as DEMO
from service.demos.cnn_explainer.network import CLASSES, LAYERS, PARAMETERS, TEST_ACCURACY, weights
from service.demos.cnn_explainer.parameters import IMAGES
from service.demos.demo import DemoResult, resolve_parameters
from service.errors import InvalidInput

REFERENCE = Path(__file__).with_name("tiny_vgg_reference.npz")
KEPT_EVERY = 7  # one in so many values of a map is kept as reference
CARD = bundled("data") / "models" / "tiny_vgg" / "README.md"
CONVOLUTIONS = ("conv_1_1", "conv_1_2", "conv_2_1", "conv_2_2")
WITH_MAPS = LAYERS[1:-2]


def close(expected: Any) -> Any:
    """As numbers are told in six digits, and computed in float32."""
    return pytest.approx(expected, rel=1e-5, abs=2e-5)


def run(**given: Any) -> DemoResult:
    return DEMO.run(resolve_parameters(DEMO, given), "1", lambda _fraction, _message="": None)


def values(layer: str, **given: Any) -> np.ndarray[Any, Any]:
    return np.array(run(layer=layer, **given).output["layer"]["values"])


def test_every_layer_gives_what_torch_gave() -> None:
    layers = run(image=IMAGES[0], all_layers=True).output["all_layers"]

    with np.load(REFERENCE) as reference:
        for layer in layers[1:]:
            kept = np.array(layer["values"]).ravel()[::KEPT_EVERY]
            assert kept == close(reference[layer["name"]]), layer["name"]


@pytest.mark.parametrize(("at", "image"), list(enumerate(IMAGES)))
def test_every_picture_gets_the_logits_and_probabilities_that_torch_gave(at: int, image: str) -> None:
    output = run(image=image).output

    with np.load(REFERENCE) as reference:
        assert output["logits"] == pytest.approx(reference["logits"][at], abs=1e-4)
        assert output["probabilities"] == pytest.approx(reference["probabilities"][at], abs=1e-5)
        assert output["prediction"]["class"] == CLASSES[np.argmax(reference["logits"][at])]


def test_the_network_is_a_tiny_vgg() -> None:
    briefs = {brief["name"]: brief for brief in run().output["layers"]}

    assert {name: brief["parameters"] for name, brief in briefs.items() if brief["parameters"]} == {
        "conv_1_1": 280,
        "conv_1_2": 910,
        "conv_2_1": 910,
        "conv_2_2": 910,
        "output": 16_910,
    }
    assert sum(part.size for part in weights().values()) == PARAMETERS == 19_920
    assert [brief["shape"][-1] for brief in briefs.values()] == [64, 62, 62, 60, 60, 30, 28, 28, 26, 26, 13, 1690, 10]


def test_the_card_says_what_the_demo_says() -> None:
    card = CARD.read_text()

    assert f"test accuracy {TEST_ACCURACY:.4f}" in card
    assert f"{PARAMETERS:,}" in card


@pytest.mark.parametrize("layer", CONVOLUTIONS)
def test_a_convolutions_channels_and_bias_add_up_to_its_map(layer: str) -> None:
    output = run(layer=layer, unit=4).output
    unit = output["unit"]

    assert np.sum(unit["by_input_channel"], axis=0) + unit["bias"] == close(np.array(output["layer"]["values"][4]))
    assert output["layer"]["biases"][4] == pytest.approx(unit["bias"], abs=1e-6)


@pytest.mark.parametrize("layer", WITH_MAPS)
def test_formulas_lead_from_the_numbers_under_the_window_to_the_cell(layer: str) -> None:
    given = {"unit": 7, "row": 5, "column": 9}
    before = values(LAYERS[LAYERS.index(layer) - 1])
    output = run(layer=layer, **given).output
    formula, after = output["formulas"][layer], output["layer"]["values"][7][5][9]

    assert formula["result"] == close(after)
    if layer.startswith("conv"):
        assert np.array(formula["patches"]) == close(before[:, 5:8, 9:12])
        assert formula["kernel"] == output["layer"]["kernels"][7]
        products = np.array(formula["patches"]) * formula["kernel"]
        assert formula["sums"] == close(products.sum(axis=(1, 2)))
        assert sum(formula["sums"]) + formula["bias"] == close(after)
    elif layer.startswith("relu"):
        assert formula["value"] == close(before[7, 5, 9])
        assert max(formula["value"], 0) == close(after)
    else:
        assert np.array(formula["values"]) == close(before[7, 10:12, 18:20])
        assert np.max(formula["values"]) == close(after)


def test_formulas_follow_a_cell_through_its_block() -> None:
    formulas = run(layer="max_pool_2", unit=2, row=12, column=0).output["formulas"]

    assert formulas["relu_2_2"]["cell"] == [24, 0]
    assert formulas["flatten"]["index"] == 2 * 169 + 12 * 13
    assert formulas["flatten"]["value"] == pytest.approx(formulas["max_pool_2"]["result"])


@pytest.mark.parametrize("unit", range(len(CLASSES)))
def test_contributions_and_bias_add_up_to_the_logit_and_powers_to_the_probability(unit: int) -> None:
    output = run(layer="output", unit=unit).output
    formula, logits = output["formulas"]["output"], np.array(output["logits"])

    assert sum(formula["contributions"]) + formula["bias"] == pytest.approx(logits[unit], abs=1e-4)
    assert formula["sum_of_powers"] == pytest.approx(np.exp(logits - logits.max()).sum(), rel=1e-4)
    assert formula["probability"] == pytest.approx(np.exp(logits[unit]) / np.exp(logits).sum(), rel=1e-4)


def test_the_whole_dense_layer_can_be_had_and_gives_the_logits() -> None:
    flat, output = values("flatten"), run(layer="output").output

    logits = np.array(output["layer"]["kernels"]) @ flat + output["layer"]["biases"]

    assert logits == pytest.approx(output["logits"], abs=1e-3)


def test_a_class_is_explained_by_the_map_that_adds_most_to_it() -> None:
    formulas = run(layer="output", unit=6).output["formulas"]

    assert formulas["flatten"]["unit"] == int(np.argmax(formulas["output"]["contributions"]))


def test_the_highest_cell_is_explained_where_none_is_asked_for() -> None:
    output = run(layer="relu_1_2", unit=1).output

    row, column = output["unit"]["cell"]

    assert output["layer"]["values"][1][row][column] == np.max(output["layer"]["values"][1])


def test_a_wider_scale_is_no_smaller_and_one_scale_is_the_same_for_all() -> None:
    outputs = [run(layer="conv_2_1", scale_level=level).output for level in ("unit", "module", "global")]
    limits = [output["layer"]["colour_limits"] for output in outputs]

    assert np.all(np.diff(limits, axis=0) >= 0)
    assert limits[0][0] < limits[1][0] < limits[2][0]
    assert len(set(limits[1])) == len(set(limits[2])) == 1
    assert limits[2] == run(layer="conv_1_1", scale_level="global").output["layer"]["colour_limits"]


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [1, 2, 3, 6])
@pytest.mark.parametrize("padding", [0, 1])
def test_the_widget_judges_as_the_original(stride: int, kernel: int, padding: int) -> None:
    given = {"hyper_input_size": 6, "hyper_padding": padding, "hyper_kernel": kernel, "hyper_stride": stride}
    result = run(**given)
    told = result.output["hyperparameters"]

    assert told["valid"] is ((6 + 2 * padding - kernel) % stride == 0)
    assert told["output_size"] == [(6 + 2 * padding - kernel) // stride + 1] * 2
    assert told["has_figure"] is ("hyperparameters" in result.figures)


def test_the_widget_says_why_a_kernel_does_not_fit() -> None:
    result = run(hyper_input_size=3, hyper_kernel=5)

    assert not result.output["hyperparameters"]["valid"]
    assert "reaches over 5 cells, and the padded input has 3" in result.output["hyperparameters"]["detail"]
    assert "hyperparameters" not in result.figures


@pytest.mark.parametrize("layer", WITH_MAPS)
def test_the_window_walks_over_the_whole_map_and_stands_on_the_cell_looked_at(layer: str) -> None:
    walk = run(layer=layer, row=1, column=2).figures["walk"]
    assert walk.animation is not None

    spoken = [row for layer_ in walk.spec["layer"] for row in layer_["data"]["values"] if "first" in row]
    told = {row["first"]: row["text"] for row in spoken if row.get("text", "").startswith("Row")}
    last = {"max_pool_1": 29, "max_pool_2": 12}.get(layer, len(values(layer)[0]) - 1)

    assert len(told) == walk.animation.frames
    assert told[walk.animation.still] == "Row 1, column 2"
    assert told[walk.animation.frames - 1] == f"Row {last}, column {last}"


def test_the_animated_channel_can_be_chosen() -> None:
    walks = [run(input_channel=channel).figures["walk"].description for channel in range(3)]

    assert [f"channel {channel}," in told for channel, told in enumerate(walks)] == [True] * 3


def test_without_detail_the_overview_has_no_sizes() -> None:
    shown, hidden = (str(run(show_detail=detail).figures["overview"].spec) for detail in (True, False))

    assert "62 × 62" in shown
    assert "62 × 62" not in hidden
    assert "grey is 0" not in hidden


@pytest.mark.parametrize(
    ("given", "pointer", "told"),
    [
        ({"image": "pizza"}, "/image", "Must be one of"),
        ({"layer": "conv_3_1"}, "/layer", "Must be one of"),
        ({"unit": 10}, "/unit", "less than or equal to 9"),
        ({"unit": float("nan")}, "/unit", "Not a valid integer"),
        ({"layer": "input", "unit": 3}, "/unit", "units 0 to 2"),
        ({"input_channel": 3}, "/input_channel", "channels 0 to 2"),
        ({"row": 3}, "/column", "give both, or neither"),
        ({"layer": "conv_2_2", "row": 26, "column": 0}, "/row", "rows 0 to 25"),
        ({"layer": "output", "row": 0, "column": 0}, "/row", "no maps"),
        ({"hyper_stride": 0}, "/hyper_stride", "greater than or equal to 1"),
    ],
)
def test_what_is_not_there_is_refused_where_it_is_asked_for(given: dict[str, Any], pointer: str, told: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        run(**given)

    assert pointer in [fault.pointer for fault in refused.value.faults]
    assert told in str(refused.value)
