"""Backpropagation told step by step: every value forward, then every gradient backward."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.demos.backpropagation.differentiation import Differentiated, Share

FORWARD, BACKWARD = "forward", "backward"


@dataclass(frozen=True)
class Step:
    """One operation, or the start of a pass: what is computed, in lines."""

    direction: str
    node: int | None  # the operation; None where the variables or the result start a pass
    lines: tuple[str, ...]


def shown(value: float) -> str:
    """A number as figures and steps write it: four digits."""
    return f"{value + 0.0:.4g}".replace("-", "−")  # never −0


def steps(made: Differentiated) -> list[Step]:
    """Two for each operation, and one at the start of each pass."""
    return [*_forward(made), *_backward(made)]


def _forward(made: Differentiated) -> Iterator[Step]:
    known = (f"{name} = {shown(made.values[place])}" for name, place in made.graph.variables.items())
    yield Step(FORWARD, None, (f"Forward: {', '.join(known)}",))
    for place in made.graph.operations:
        node = made.graph.nodes[place]
        if node.operation is not None:
            inputs = (_in_brackets(made.values[source]) for source in node.inputs)
            told = f"Forward: {node.text} = {node.operation.text(*inputs)} = {shown(made.values[place])}"
            yield Step(FORWARD, place, (told,))


def _backward(made: Differentiated) -> Iterator[Step]:
    yield Step(BACKWARD, None, ("Backward: the derivative of the result by itself is 1",))
    shares: dict[int, list[Share]] = {place: [] for place in made.graph.operations}
    for share in made.shares:
        shares[share.source].append(share)
    for place in reversed(made.graph.operations):
        text = made.graph.nodes[place].text
        if made.gradients[place] is None:
            lines = [f"Backward: {text} depends on no variable"]
        else:
            lines = [f"Backward through {text}:", *(_told(made, share) for share in shares[place])]
        yield Step(BACKWARD, place, tuple(lines))


def _told(made: Differentiated, share: Share) -> str:
    gradient = shown(made.gradients[share.source] or 0.0)
    return (
        f"{made.graph.nodes[share.target].text} gets {gradient} × {_in_brackets(share.slope)} = {shown(share.amount)}"
    )


def _in_brackets(value: float) -> str:
    text = shown(value)
    return f"({text})" if text.startswith("−") else text
