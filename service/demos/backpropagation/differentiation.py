"""Values forward, gradients backward, and the same derivatives by two other ways."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from service.demos.backpropagation.expressions import Graph

_STEP = 1e-5  # of a difference quotient, relative to the variable


class Undefined(ValueError):
    """A value or a slope that no finite real number is; the message says of which part, and at what."""

    def __init__(self, message: str, varies: bool) -> None:
        super().__init__(message)
        self.varies = varies  # whether other values of the variables could help


@dataclass(frozen=True)
class Share:
    """What a node's gradient gives to one of its inputs, by the chain rule: gradient times local slope."""

    source: int  # the node
    target: int  # its input
    slope: float
    amount: float


@dataclass(frozen=True)
class Differentiated:
    """A graph with all its numbers. What does not depend on a variable has no gradient: None."""

    graph: Graph
    values: tuple[float, ...]  # by node
    slopes: tuple[tuple[float, ...], ...]  # by node and input
    kinks: tuple[bool, ...]  # nodes whose slope jumps just here; the mean of both sides is taken, and 0 for relu
    gradients: tuple[float | None, ...]
    shares: tuple[Share, ...]  # in the order of the backward pass, which is that of the nodes backward


def differentiate(graph: Graph, variables: Mapping[str, float]) -> Differentiated:
    """Both passes at the given values; Undefined where a number is missing."""
    values = forward(graph, variables)
    slopes = tuple(_slopes(graph, values, place) for place in range(len(graph.nodes)))
    kinks = tuple(
        node.operation is not None and node.operation.kink(*(values[source] for source in node.inputs))
        for node in graph.nodes
    )
    return Differentiated(graph, values, slopes, kinks, *backward(graph, slopes))


def forward(graph: Graph, variables: Mapping[str, float]) -> tuple[float, ...]:
    """The value of each node."""
    values: list[float] = []
    for node in graph.nodes:
        if node.operation is None:
            values.append(variables[node.text] if node.number is None else node.number)
            continue
        inputs = [values[place] for place in node.inputs]
        try:
            value = float(node.operation.value(*inputs))
        except (ValueError, ZeroDivisionError, OverflowError):
            value = math.nan
        if not math.isfinite(value):
            raise Undefined(f"{node.text} is no finite number{_at(inputs)}.", node.varies)
        values.append(value)
    return tuple(values)


def _slopes(graph: Graph, values: tuple[float, ...], place: int) -> tuple[float, ...]:
    """The derivative of a node by each input; 0 by what is constant."""
    node = graph.nodes[place]
    if node.operation is None or not node.varies:
        return ()
    inputs = [values[source] for source in node.inputs]
    try:
        slopes = node.operation.slopes(*inputs, values[place])
    except (ValueError, ZeroDivisionError, OverflowError):
        slopes = (math.nan,) * len(inputs)
    needed = [slope if graph.nodes[source].varies else 0.0 for slope, source in zip(slopes, node.inputs, strict=True)]
    if not all(map(math.isfinite, needed)):
        raise Undefined(f"{node.text} has no finite derivative{_at(inputs)}.", node.varies)
    return tuple(needed)


def _at(inputs: list[float]) -> str:
    return f" where its input{'s are' if len(inputs) > 1 else ' is'} {' and '.join(f'{x:.6g}' for x in inputs)}"


def backward(graph: Graph, slopes: tuple[tuple[float, ...], ...]) -> tuple[tuple[float | None, ...], tuple[Share, ...]]:
    """From the result, whose gradient is 1, to the variables: each node adds to the gradient of its inputs."""
    gradients: list[float | None] = [0.0 if node.varies else None for node in graph.nodes]
    gradients[-1] = 1.0
    shares: list[Share] = []
    for source in reversed(range(len(graph.nodes))):
        gradient = gradients[source]
        if gradient is None:
            continue
        for target, slope in zip(graph.nodes[source].inputs, slopes[source], strict=bool(slopes[source])):
            so_far = gradients[target]
            if so_far is not None:
                shares.append(Share(source, target, slope, gradient * slope))
                gradients[target] = so_far + gradient * slope
                if not math.isfinite(gradients[target] or 0.0):
                    raise Undefined(f"The gradient of {graph.nodes[target].text} is no finite number.", varies=True)
    return tuple(gradients), tuple(shares)


def tangent(differentiated: Differentiated, variable: str) -> float:
    """The derivative by one variable in forward mode: dual numbers, one pass for each variable."""
    graph = differentiated.graph
    seed = graph.variables[variable]
    tangents: list[float] = []
    for place, (node, slopes) in enumerate(zip(graph.nodes, differentiated.slopes, strict=True)):
        inputs = node.inputs if slopes else ()
        tangents.append(
            float(place == seed) + sum(slope * tangents[i] for slope, i in zip(slopes, inputs, strict=True))
        )
    return tangents[-1]


def difference_quotient(graph: Graph, variables: Mapping[str, float], variable: str) -> float | None:
    """(f(x + h) - f(x - h)) / 2h, knowing nothing of slopes; None where f is not defined on both sides."""
    middle = variables[variable]
    step = _STEP * max(1.0, abs(middle))
    try:
        high, low = (forward(graph, {**variables, variable: middle + side})[-1] for side in (step, -step))
    except Undefined:
        return None
    quotient = (high - low) / (2 * step)
    return quotient if math.isfinite(quotient) else None
