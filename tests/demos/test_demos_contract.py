import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
import vl_convert
from jsonschema import Draft202012Validator

from service.demos.demo import Demo, DemoResult, resolve_parameters
from service.demos.figures import VEGA_LITE
from service.demos.json_schema import json_schema
from service.demos.registry import DEMOS, find_demo
from service.errors import NotFound


def unless_it_lacks_something(demo: Demo) -> Any:
    """The mark of what runs a demo: it is skipped where the demo says that it cannot run."""
    return pytest.mark.skipif(demo.lack() is not None, reason=str(demo.lack()))


EVERY_DEMO = pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.id)
EVERY_DEMO_HERE = pytest.mark.parametrize(
    "demo", [pytest.param(demo, id=demo.id, marks=unless_it_lacks_something(demo)) for demo in DEMOS]
)


# Less work than by default, for what does not depend on how much there is.
LIGHT: dict[str, dict[str, Any]] = {
    "batch-normalization": {"epochs": 1},
    "batch-size-sharpness": {"updates": 50, "n_seeds": 1, "width": 8},
    "bent-plane": {"steps": 200, "starts": 2},
    "convolutional-training": {"epochs": 1, "n_seeds": 1, "train_size": 100},
    "dropout": {"epochs": 3, "masks": 5, "width": 32},
    "gradient-descent-networks": {"epochs": 10, "updates": 50, "n_seeds": 2},
    "group-normalization": {"batch_sizes": [8, 32], "depth": 2, "side": 2},
    "initialization": {"nets": 1, "width": 64},
    "initialization-digits": {"epochs": 1, "width": 50},
    "representation-space": {"copies": 1, "points": 100},
    "representations": {"epochs": 2, "points": 100, "iterations": 50},
    "selu": {"nets": 1, "width": 128},
    "symmetry": {"steps": 100},
}
FIRST_RUNS: dict[str, DemoResult] = {}


def silent(_fraction: float, _message: str = "") -> None:
    pass


def light_run(demo: Demo, seed: str) -> DemoResult:
    """A run with default parameters but for how much there is."""
    return demo.run(resolve_parameters(demo, LIGHT.get(demo.id, {})), seed, silent)


def first_run(demo: Demo) -> DemoResult:
    """A light run that all tests of a demo look at."""
    if demo.id not in FIRST_RUNS:
        FIRST_RUNS[demo.id] = light_run(demo, "1")
    return FIRST_RUNS[demo.id]


def without_rows(specification: Any) -> Any:
    """A figure with one row of each of its data: what compiles Vega-Lite does not look at them, but copies them."""
    if isinstance(specification, list):
        return [without_rows(part) for part in specification]
    if not isinstance(specification, dict):
        return specification
    rest = {name: without_rows(part) for name, part in specification.items() if name != "data"}
    return rest | ({"data": {"values": specification["data"]["values"][:1]}} if "data" in specification else {})


def test_ids_are_slugs_of_one_demo_each() -> None:
    ids = [demo.id for demo in DEMOS]

    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id_) for id_ in ids)


def test_a_demo_is_found_by_its_id_and_no_other() -> None:
    assert find_demo(DEMOS[0].id) is DEMOS[0]

    with pytest.raises(NotFound, match="no demo 'moon landing'"):
        find_demo("moon landing")


@EVERY_DEMO
def test_the_schema_is_json_schema_and_a_form_can_be_made_of_it(demo: Demo) -> None:
    schema = json_schema(demo.parameters)

    Draft202012Validator.check_schema(schema)
    for name, field in schema["properties"].items():
        assert {"title", "description", "default"} <= field.keys(), name


@EVERY_DEMO
def test_the_schema_takes_what_the_demo_takes(demo: Demo) -> None:
    validator = Draft202012Validator(json_schema(demo.parameters))

    for given in ({}, *demo.presets.values()):
        validator.validate(given)
        validator.validate(json.loads(json.dumps(resolve_parameters(demo, given))))


@EVERY_DEMO
def test_resolved_parameters_are_resolved_already(demo: Demo) -> None:
    for given in demo.presets.values():
        resolved = resolve_parameters(demo, given)

        assert resolve_parameters(demo, resolved) == resolved


CASES = [
    pytest.param(demo, given, id=f"{demo.id}: {name}", marks=unless_it_lacks_something(demo))
    for demo in DEMOS
    for name, given in demo.presets.items()
]


@pytest.mark.parametrize(("demo", "given"), CASES)
def test_a_preset_gives_json_and_figures_that_are_vega_lite_and_told(demo: Demo, given: dict[str, Any]) -> None:
    result = demo.run(resolve_parameters(demo, {**LIGHT.get(demo.id, {}), **given}), "1", silent)

    json.dumps(result.output, allow_nan=False)
    assert result.figures.keys() <= demo.figures.keys()
    for figure in result.figures.values():
        json.dumps(figure.vega_lite(), allow_nan=False)
        assert vl_convert.vegalite_to_vega(without_rows(figure.vega_lite()), vl_version=VEGA_LITE)["marks"]
        assert len(figure.description) > 40


def test_figures_that_only_some_runs_have_are_drawn_too() -> None:
    demo = find_demo("playground")

    result = demo.run(resolve_parameters(demo, {"epochs": 2, "n_seeds": 2, "inspect": [{"layer": 1}]}), "1", silent)

    assert result.figures.keys() == demo.figures.keys()
    assert all(figure.svg().startswith("<svg") for figure in result.figures.values())


@EVERY_DEMO_HERE
def test_a_runs_figures_are_svg_with_their_description_and_png(demo: Demo) -> None:
    result = first_run(demo)

    for figure in result.figures.values():
        assert ElementTree.fromstring(figure.svg()).get("aria-label") == figure.description
    assert next(iter(result.figures.values())).png(scale=0.5).startswith(b"\x89PNG")


@EVERY_DEMO_HERE
def test_equal_parameters_and_seed_give_an_equal_result_and_another_seed_another_if_it_is_used(demo: Demo) -> None:
    first, second, other = first_run(demo), light_run(demo, "1"), light_run(demo, "2")

    assert first == second
    assert (first.output != other.output) is demo.uses_seed
