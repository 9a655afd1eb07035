"""The demo that CONTRIBUTING.md shows is a real one: it keeps what all demos promise, and computes what it says."""

import math
import re
from pathlib import Path
from typing import Any

import pytest
import test_demos_contract as contract

from service.demos.demo import Demo, resolve_parameters

TEXT = Path(__file__).parents[2].joinpath("CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"<!-- start: a demo -->\n```python\n(.*?)```\n<!-- end -->", re.DOTALL)


@pytest.fixture(scope="module")
def demo() -> Demo:
    (source,) = EXAMPLE.findall(TEXT)
    names: dict[str, Any] = {"__name__": "service.demos.softmax"}
    exec(compile(source, "CONTRIBUTING.md", "exec"), names)  # the text of this repository
    return names["SOFTMAX"]


def test_it_keeps_what_every_demo_promises(demo: Demo) -> None:
    contract.test_the_schema_is_json_schema_and_a_form_can_be_made_of_it(demo)
    contract.test_the_schema_takes_what_the_demo_takes(demo)
    contract.test_resolved_parameters_are_resolved_already(demo)
    contract.test_a_runs_figures_are_svg_with_their_description_and_png(demo)
    contract.test_equal_parameters_and_seed_give_an_equal_result_and_another_seed_another_if_it_is_used(demo)
    for given in demo.presets.values():
        contract.test_a_preset_gives_json_and_figures_that_are_vega_lite_and_told(demo, given)


@pytest.mark.parametrize("temperature", [0.1, 1.0, 7.5])
def test_it_computes_the_softmax(demo: Demo, temperature: float) -> None:
    parameters = resolve_parameters(demo, {"logits": [3.0, -1.0, 0.5], "temperature": temperature})

    output = demo.run(parameters, "0", contract.silent).output

    powers = [math.exp(logit / temperature) for logit in (3.0, -1.0, 0.5)]
    expected = [power / sum(powers) for power in powers]
    assert output["probabilities"] == pytest.approx(expected, rel=1e-12)
    assert output["entropy_nats"] == pytest.approx(-sum(p * math.log(p) for p in expected), rel=1e-9)


def test_the_files_that_the_guide_names_are_there() -> None:
    root = Path(__file__).parents[2]
    guide = TEXT[TEXT.index("## Adding a demo") :]

    named = set(re.findall(r"`((?:service|tests|docs)/[\w./]+\.\w+)`", guide))
    assert len(named) > 3
    invented = {"service/demos/softmax.py", "tests/demos/test_demos_softmax.py"}
    assert [name for name in sorted(named - invented) if not (root / name).is_file()] == []
