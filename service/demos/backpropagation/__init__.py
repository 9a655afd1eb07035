"""Backpropagation on any expression: values forward, gradients backward, on every node of its computation graph."""

import json
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from service.demos.backpropagation.differentiation import (
    Differentiated,
    Undefined,
    difference_quotient,
    differentiate,
    tangent,
)
from service.demos.backpropagation.expressions import MAX_CHARACTERS, Unreadable, parse
from service.demos.backpropagation.figures import animation_figure, graph_figure
from service.demos.backpropagation.operations import FUNCTIONS
from service.demos.backpropagation.steps import steps
from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.parameter_fields import about

_EXPRESSION = "(x + y) * z"
_VALUES = {"x": -2.0, "y": 5.0, "z": -4.0}
_LARGEST = 1e6  # of a variable, in size


class BackpropagationParameters(Schema):
    """An expression and what its variables are."""

    expression = fields.String(
        load_default=_EXPRESSION,
        validate=validate.Length(1, MAX_CHARACTERS),
        metadata=about(
            "Expression", f"Of numbers, variables, + - * / ** and brackets, and of the functions {', '.join(FUNCTIONS)}"
        ),
    )
    values = fields.Dict(
        keys=fields.String(),
        values=fields.Float(validate=validate.Range(-_LARGEST, _LARGEST)),
        load_default=lambda: dict(_VALUES),
        metadata=about("Values", "A number for each variable of the expression, by name"),
    )

    @validates_schema(pass_original=True)
    def can_be_differentiated(self, data: dict[str, Any], original: Any, **_: Any) -> None:
        """Read the expression, and compute it once: it is small, and only then is known whether it can be."""
        try:
            graph = parse(data["expression"])
        except Unreadable as error:
            raise ValidationError(str(error), "expression") from error
        if not graph.variables:
            raise ValidationError("It names no variable to differentiate by.", "expression")
        missing = [name for name in graph.variables if name not in data["values"]]
        if missing:
            raise ValidationError(f"There is no value for {', '.join(missing)}.", "values")
        unknown = [name for name in original.get("values", ()) if name not in graph.variables]
        if unknown:
            raise ValidationError({"values": {unknown[0][:40]: ["The expression has no variable of this name."]}})
        try:
            differentiate(graph, data["values"])
        except Undefined as error:
            raise ValidationError(str(error), "values" if error.varies else "expression") from error

    @post_load
    def only_what_is_named(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Leave out defaults that another expression does not name."""
        variables = parse(data["expression"]).variables
        return {**data, "values": {name: data["values"][name] for name in variables}}


def run(parameters: Parameters, _seed: str, progress: Progress) -> DemoResult:
    """Both passes; nothing is left to chance."""
    made = differentiate(parse(parameters["expression"]), parameters["values"])
    progress(0.5, "drawing")
    figures = {"graph": graph_figure(made), "animation": animation_figure(made)}
    return DemoResult(_output(made, parameters["values"]), figures)


def _output(made: Differentiated, values: dict[str, float]) -> dict[str, Any]:
    gradients = {name: made.gradients[place] for name, place in made.graph.variables.items()}
    return {
        "expression": made.graph.nodes[-1].text,
        "value": made.values[-1],
        "gradients": gradients,
        "nodes": [_node(made, place) for place in range(len(made.values))],
        "steps": [{"direction": step.direction, "node": step.node, "told": list(step.lines)} for step in steps(made)],
        "check": {
            name: {
                "reverse_mode": gradient,
                "forward_mode": tangent(made, name),
                "difference_quotient": difference_quotient(made.graph, values, name),
            }
            for name, gradient in gradients.items()
        },
        "passes": {"reverse_mode": 1, "forward_mode": len(gradients)},
        "dot": _dot(made),
    }


def _node(made: Differentiated, place: int) -> dict[str, Any]:
    """`local_slopes` are the node's derivatives by its inputs; `at_a_kink` says that they jump just here."""
    node = made.graph.nodes[place]
    kind = "number" if node.number is not None else "variable"
    return {
        "text": node.text,
        "operation": kind if node.operation is None else node.operation.name,
        "inputs": list(node.inputs),
        "value": made.values[place],
        "gradient": made.gradients[place],
        "local_slopes": list(made.slopes[place]),
        "at_a_kink": made.kinks[place],
    }


def _dot(made: Differentiated) -> str:
    """The graph in Graphviz's language, for other drawing programs."""
    nodes = [
        f"  n{place} [label={json.dumps(f'{node.label} = {made.values[place]:.6g}', ensure_ascii=False)}]"
        for place, node in enumerate(made.graph.nodes)
    ]
    edges = [f"  n{source} -> n{place}" for place, node in enumerate(made.graph.nodes) for source in node.inputs]
    return "\n".join(["digraph {", "  rankdir=LR", *nodes, *edges, "}"])


_NEURON = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}

PRESETS: dict[str, Parameters] = {
    "add-and-multiply": {},
    "sigmoid-neuron": {"expression": "sigmoid(w0 * x0 + w1 * x1 + w2)", "values": _NEURON},
    "sigmoid-in-parts": {"expression": "1 / (1 + exp(-(w0 * x0 + w1 * x1 + w2)))", "values": _NEURON},
    "two-paths-add-up": {"expression": "x * x + x ** 2", "values": {"x": 3.0}},
    "max-lets-one-through": {
        "expression": "2 * (x * y + max(z, w))",
        "values": {"x": 3.0, "y": -4.0, "z": 2.0, "w": -1.0},
    },
    "a-dead-relu": {"expression": "relu(w * x + b) ** 2", "values": {"w": 1.0, "x": 2.0, "b": -3.0}},
    "a-vanishing-gradient": {
        "expression": "sigmoid(sigmoid(sigmoid(sigmoid(x))))",
        "values": {"x": 4.0},
    },
    "logistic-loss": {
        "expression": "-(t * log(sigmoid(w * x + b)) + (1 - t) * log(1 - sigmoid(w * x + b)))",
        "values": {"t": 1.0, "w": 0.5, "x": 2.0, "b": -1.0},
    },
    "squared-error": {
        "expression": "(tanh(v * tanh(w * x + b) + c) - t) ** 2 / 2",
        "values": {"x": 1.5, "w": 0.4, "b": 0.1, "v": -1.2, "c": 0.2, "t": 1.0},
    },
}

BACKPROPAGATION = Demo(
    id="backpropagation",
    title="Backpropagation on an expression",
    description=(
        "Takes any expression apart into its computation graph, computes every value forward and every gradient "
        "backward by the chain rule, step by step, and checks them by dual numbers and by difference quotients."
    ),
    version="1",
    topics=("backpropagation", "chain rule", "computational graph", "automatic differentiation"),
    parameters=BackpropagationParameters,
    presets=PRESETS,
    figures={
        "graph": "The computation graph with the value and the gradient of each node",
        "animation": "Values forward and gradients backward, a frame for each operation",
    },
    cost_s=lambda _parameters: 0.05,
    run=run,
    warm_up=lambda: None,
    uses_seed=False,
)
