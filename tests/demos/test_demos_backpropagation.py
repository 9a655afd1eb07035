import tracemalloc
from itertools import pairwise
from typing import Any

import pytest
from dual_numbers import FUNCTIONS as DUAL_FUNCTIONS
from dual_numbers import Dual, dual
from hypothesis import assume
from hypothesis import given as examples
from hypothesis import strategies as st

from service.demos.backpropagation import BACKPROPAGATION
from service.demos.backpropagation.differentiation import (
    Undefined,
    difference_quotient,
    differentiate,
    forward,
    tangent,
)
from service.demos.backpropagation.expressions import MAX_DEPTH, MAX_OPERATIONS, Unreadable, parse
from service.demos.backpropagation.layout import lay_out
from service.demos.backpropagation.operations import FUNCTIONS
from service.demos.demo import DemoResult, resolve_parameters
from service.errors import InvalidInput

NAMES = ("x", "y", "z")


def run(expression: str, **values: float) -> DemoResult:
    parameters = resolve_parameters(BACKPROPAGATION, {"expression": expression, "values": values})
    return BACKPROPAGATION.run(parameters, "1", lambda _fraction, _message="": None)


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    unary = [name for name, function in FUNCTIONS.items() if function.inputs == 1]
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner),
        st.builds("{}({})".format, st.sampled_from(unary), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["max", "min"]), inner, inner),
        st.builds("-{}".format, inner),
    )


EXPRESSIONS = st.recursive(st.sampled_from([*NAMES, "2", "0.5"]), combined, max_leaves=10)
VALUES = st.fixed_dictionaries({name: st.floats(0.25, 3) for name in NAMES})


def test_the_textbooks_example_has_the_textbooks_gradients() -> None:
    output = run("(x + y) * z", x=-2, y=5, z=-4).output

    assert output["value"] == -12
    assert output["gradients"] == {"x": -4, "y": -4, "z": 3}


def test_the_textbooks_neuron_has_the_textbooks_gradients() -> None:
    output = run("sigmoid(w0*x0 + w1*x1 + w2)", w0=2, x0=-1, w1=-3, x1=-2, w2=-3).output

    assert output["value"] == pytest.approx(0.731, abs=5e-4)
    assert output["nodes"][-1]["local_slopes"] == [pytest.approx(0.1966, abs=5e-5)]
    told = {"w0": -0.197, "x0": 0.393, "w1": -0.393, "x1": -0.590, "w2": 0.197}
    assert output["gradients"] == pytest.approx(told, abs=5e-4)


def test_a_neuron_in_parts_has_the_gradients_of_the_neuron() -> None:
    values = {"w": 0.7, "x": -1.3, "b": 0.2}

    whole, parts = (run(text, **values).output for text in ("sigmoid(w*x + b)", "1 / (1 + exp(-(w*x + b)))"))

    assert whole["gradients"] == pytest.approx(parts["gradients"], rel=1e-12)
    assert len(parts["nodes"]) > len(whole["nodes"])


EVERY_OPERATION = ["x + y", "x - y", "x * y", "x / y", "x ** y", "-x", "x ** 3", "2 ** x"] + [
    f"{name}({', '.join(NAMES[: function.inputs])})" for name, function in FUNCTIONS.items()
]


@pytest.mark.parametrize("expression", EVERY_OPERATION)
@pytest.mark.parametrize("values", [{"x": 0.5, "y": 1.25}, {"x": 2.25, "y": 0.75}], ids=["x < y", "x > y"])
def test_every_operation_has_the_slope_of_its_dual_numbers(expression: str, values: dict[str, float]) -> None:
    made = differentiate(parse(expression), values)

    for name, place in made.graph.variables.items():
        known = by_dual_numbers(expression, values, name)
        assert (made.values[-1], made.gradients[place]) == pytest.approx((known.value, known.slope), rel=1e-12)


@examples(expression=EXPRESSIONS, values=VALUES)
def test_reverse_mode_is_forward_mode_is_dual_numbers_is_the_difference_quotient(
    expression: str, values: dict[str, float]
) -> None:
    try:
        made = differentiate(parse(expression), values)
    except (Undefined, Unreadable):
        assume(False)
    assume(not any(made.kinks))

    for name, place in made.graph.variables.items():
        gradient = made.gradients[place]
        known = by_dual_numbers(expression, values, name)
        scale = 1 + sum(abs(share.amount) for share in made.shares)  # what cancels may leave its rounding error
        assert made.values[-1] == pytest.approx(known.value, rel=1e-9, abs=1e-9)
        assert gradient == pytest.approx(known.slope, rel=1e-9, abs=1e-9 * scale)
        assert tangent(made, name) == pytest.approx(gradient, rel=1e-9, abs=1e-9 * scale)
        if is_smooth_around(expression, values, name):
            quotient = difference_quotient(made.graph, values, name)
            assert quotient == pytest.approx(gradient, rel=1e-3, abs=1e-3 * scale)


def by_dual_numbers(expression: str, values: dict[str, float], name: str) -> Dual:
    variables = {one: Dual(value, float(one == name)) for one, value in values.items()}
    try:
        return dual(eval(expression, {**DUAL_FUNCTIONS, **variables}))
    except (ValueError, OverflowError, ZeroDivisionError, TypeError):
        assume(False)  # a power of a negative base, which the reference has no logarithm of
        raise


def is_smooth_around(expression: str, values: dict[str, float], name: str) -> bool:
    """Whether the slope stays nearly the same within ten times the step of a difference quotient."""
    graph, slopes = parse(expression), []
    for shift in (-1e-4, -1e-5, 0, 1e-5, 1e-4):
        try:
            made = differentiate(graph, {**values, name: values[name] + shift})
        except Undefined:
            return False
        slopes.append(made.gradients[graph.variables[name]] or 0.0)
    scale = 1 + sum(abs(share.amount) for share in made.shares)
    is_large = max(map(abs, made.values)) > 1e6  # its digits are lost to the difference
    return max(slopes) - min(slopes) < 1e-3 * scale and not is_large


@examples(EXPRESSIONS)
def test_the_text_of_a_graph_reads_as_the_same_graph(expression: str) -> None:
    try:
        graph = parse(expression)
    except Unreadable:
        assume(False)

    assert parse(graph.nodes[-1].text) == graph


@examples(expression=EXPRESSIONS, values=VALUES)
def test_python_computes_the_text_to_the_same_value(expression: str, values: dict[str, float]) -> None:
    try:
        graph = parse(expression)
        value = forward(graph, values)[-1]
    except (Undefined, Unreadable):
        assume(False)
    variables = {name: Dual(number) for name, number in values.items()}

    try:
        known = dual(eval(graph.nodes[-1].text, {**DUAL_FUNCTIONS, **variables})).value
    except (ValueError, OverflowError, ZeroDivisionError, TypeError):
        assume(False)

    assert value == pytest.approx(known, rel=1e-9, abs=1e-9)


def test_a_variable_named_twice_adds_up_its_gradients() -> None:
    output = run("x * x + x ** 2", x=3).output

    assert [node["text"] for node in output["nodes"]].count("x") == 1
    assert output["gradients"] == {"x": 12}


@pytest.mark.parametrize(
    ("expression", "gradients"),
    [("max(x, y)", {"x": 0.5, "y": 0.5}), ("abs(x - y)", {"x": 0, "y": 0}), ("relu(x - y)", {"x": 0, "y": 0})],
)
def test_a_kink_is_told_and_has_the_slope_between_both_sides(expression: str, gradients: dict[str, float]) -> None:
    output = run(expression, x=1, y=1).output

    assert output["nodes"][-1]["at_a_kink"]
    assert output["gradients"] == gradients


def test_an_exponent_may_be_constant_where_its_derivative_is_not_defined() -> None:
    assert run("x ** 3", x=-2).output["gradients"] == {"x": 12}
    assert run("x ** 0", x=0).output["gradients"] == {"x": 0}


def test_steps_are_each_operation_forward_then_each_backward() -> None:
    steps = run("(x + y) * z", x=-2, y=5, z=-4).output["steps"]

    told = [step["told"][0] for step in steps]
    assert told == [
        "Forward: x = −2, y = 5, z = −4",
        "Forward: x + y = (−2) + 5 = 3",
        "Forward: (x + y) * z = 3 * (−4) = −12",
        "Backward: the derivative of the result by itself is 1",
        "Backward through (x + y) * z:",
        "Backward through x + y:",
    ]
    assert steps[4]["told"][1:] == ["x + y gets 1 × (−4) = −4", "z gets 1 × 3 = 3"]


def test_numbers_have_no_gradient_and_what_is_made_of_them_neither() -> None:
    nodes = {node["text"]: node for node in run("x * (2 ** 3)", x=1).output["nodes"]}

    assert nodes["2 ** 3"]["gradient"] is nodes["2"]["gradient"] is None
    assert nodes["x"]["gradient"] == 8


def test_the_animation_has_a_frame_for_each_step_and_adds_gradients_up() -> None:
    result = run("x * x + x ** 2", x=3)

    animation = result.figures["animation"]
    assert animation.animation is not None
    assert animation.animation.frames == len(result.output["steps"])
    words = [row for layer in animation.spec["layer"] for row in layer["data"]["values"] if "text" in row]
    sums = sorted((row["first"], row["text"]) for row in words if row["text"] in ("∂ 6", "∂ 12"))
    assert sums == [(6, "∂ 6"), (7, "∂ 12")]


def test_the_graph_comes_in_graphviz_language_too() -> None:
    assert run("x * 2", x=3).output["dot"].splitlines() == [
        "digraph {",
        "  rankdir=LR",
        '  n0 [label="x = 3"]',
        '  n1 [label="2 = 2"]',
        '  n2 [label="× = 6"]',
        "  n0 -> n2",
        "  n1 -> n2",
        "}",
    ]


@examples(EXPRESSIONS)
def test_nodes_of_a_column_do_not_overlap_and_edges_lead_to_the_right(expression: str) -> None:
    try:
        graph = parse(expression)
    except Unreadable:
        assume(False)

    layout = lay_out(graph)

    columns: dict[float, list[float]] = {}
    for column, row in layout.places:
        columns.setdefault(column, []).append(row)
    assert all(below - above > 0.99 for rows in columns.values() for above, below in pairwise(sorted(rows)))
    assert all(b[0] - a[0] == 1 for points in layout.edges.values() for a, b in pairwise(points))
    assert min(row for _, row in layout.places) >= 0


def test_a_plain_sum_is_drawn_without_a_crossing_and_compactly() -> None:
    layout = lay_out(parse("sigmoid(a*b + c*d + e*f + g)"))

    assert layout.columns == 6
    assert layout.rows < 6


LONG = "+".join(["x"] * 50_000)
HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/expression", {"expression": LONG}),
    ("/expression", {"expression": "-" * 999 + "x"}),
    ("/expression", {"expression": "(" * 499 + "x" + ")" * 499}),
    ("/expression", {"expression": "(" * 999}),
    ("/expression", {"expression": "exp(" * 40 + "x" + ")" * 40}),
    ("/expression", {"expression": "x if " + "-" * 900 + "x else y"}),
    ("/expression", {"expression": "+".join(["x"] * (MAX_OPERATIONS + 2))}),
    ("/expression", {"expression": "__import__('os').system('true')"}),
    ("/expression", {"expression": "x.__class__"}),
    ("/expression", {"expression": "eval(x)"}),
    ("/expression", {"expression": "[x for x in y]"}),
    ("/expression", {"expression": "lambda: x"}),
    ("/expression", {"expression": "x if y else z"}),
    ("/expression", {"expression": "x and y"}),
    ("/expression", {"expression": "not x"}),
    ("/expression", {"expression": "await x"}),
    ("/expression", {"expression": "(x, y)"}),
    ("/expression", {"expression": "max(*x)"}),
    ("/expression", {"expression": "x(y)(z)"}),
    ("/expression", {"expression": "x ^ y"}),
    ("/expression", {"expression": "x // y"}),
    ("/expression", {"expression": "f'{x}'"}),
    ("/expression", {"expression": "1j * x"}),
    ("/expression", {"expression": "True + x"}),
    ("/expression", {"expression": "None"}),
    ("/expression", {"expression": "x\0"}),
    ("/expression", {"expression": "é + x"}),
    ("/expression", {"expression": "\ud800"}),
    ("/expression", {"expression": "0x1for x"}),
    ("/expression", {"expression": "x + 1if"}),
    ("/expression", {"expression": "exp"}),
    ("/expression", {"expression": "exp(x, y)"}),
    ("/expression", {"expression": "9" * 999 + " * x"}),
    ("/expression", {"expression": "x * 9 ** 9 ** 9"}),
    ("/expression", {"expression": "x + log(-1)"}),
    ("/expression", {"expression": "1 + 1"}),
    ("/expression", {"expression": "x x"}),
    ("/expression", {"expression": ""}),
    ("/expression", {"expression": " "}),
    ("/expression", {"expression": "v" * 17, "values": {"v" * 17: 1}}),
    ("/expression", {"expression": 5}),
    ("/values", {"expression": "x + q"}),
    ("/values", {"expression": "1 / x", "values": {"x": 0}}),
    ("/values", {"expression": "log(x)", "values": {"x": -1}}),
    ("/values", {"expression": "sqrt(x)", "values": {"x": 0}}),
    ("/values", {"expression": "x ** y", "values": {"x": -1, "y": 2}}),
    ("/values", {"expression": "x ** y", "values": {"x": -1, "y": 0.5}}),
    ("/values", {"expression": "exp(exp(x))", "values": {"x": 10}}),
    ("/values", {"expression": "x * x * x * x ** 100", "values": {"x": 1e6}}),
    ("/values/unknown", {"values": {"x": 1, "y": 1, "z": 1, "unknown": 1}}),
    ("/values/x/value", {"values": {"x": float("nan"), "y": 1, "z": 1}}),
    ("/values/x/value", {"values": {"x": 1e7, "y": 1, "z": 1}}),
    ("/values/x/value", {"values": {"x": "__import__", "y": 1, "z": 1}}),
    ("/values", {"values": [1, 2, 3]}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name_and_hold_little_memory(pointer: str, given: dict[str, Any]) -> None:
    tracemalloc.start()

    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(BACKPROPAGATION, given)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
    assert len(str(refused.value)) < 500
    assert peak < 5_000_000


def test_the_largest_expression_is_drawn_with_an_animation_that_is_allowed() -> None:
    chain = "sin(" * (MAX_DEPTH - 1) + "x" + ")" * (MAX_DEPTH - 1)
    rest = MAX_OPERATIONS - MAX_DEPTH
    wide = "+".join(["y"] * rest)

    result = run(f"{chain} + ({wide})", x=0.5, y=1)

    assert len([node for node in result.output["nodes"] if node["inputs"]]) == MAX_OPERATIONS - 1
    assert result.figures["animation"].svg().startswith("<svg")
    assert result.output["gradients"]["y"] == rest


def test_values_may_be_left_out_where_the_defaults_name_them() -> None:
    assert resolve_parameters(BACKPROPAGATION, {"expression": "x * y"})["values"] == {"x": -2, "y": 5}


def test_a_value_that_overflows_backward_only_is_refused() -> None:
    graph = parse("(x * y) / (x * y * 1)")

    with pytest.raises(Undefined):
        differentiate(graph, {"x": 1e-320, "y": 1.0})


def test_every_function_is_in_the_parameters_description() -> None:
    description = BACKPROPAGATION.parameters().fields["expression"].metadata["description"]

    assert [name for name in FUNCTIONS if name not in description] == []
