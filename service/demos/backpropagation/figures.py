"""A computation graph as a picture with all its numbers, and as one that fills step by step."""

from collections.abc import Iterator
from itertools import pairwise
from textwrap import wrap

from service.demos.backpropagation.differentiation import Differentiated
from service.demos.backpropagation.scene import Scene, Span
from service.demos.backpropagation.steps import BACKWARD, FORWARD, Step, shown, steps
from service.demos.canvas import Row, boxes, canvas, lines, word, words
from service.demos.figures import BLUE, ORANGE, Animation, Figure

_FRAME_S = 1.2
_LETTER, _LINE = 6.8, 19  # pixels of a caption's letters and lines
_LEGEND = "In each box: its value, and ∂, the derivative of the result by it · On edges: local slopes"


def graph_figure(made: Differentiated) -> Figure:
    """All nodes with their values and gradients."""
    scene, text = Scene(made), made.graph.nodes[-1].text
    gradients = [scene.gradient(place, one) for place, one in enumerate(made.gradients) if one is not None]
    values = [scene.value(place) for place in range(len(made.values))]
    told = ", ".join(f"{shown(made.gradients[at] or 0.0)} by {name}" for name, at in made.graph.variables.items())
    return Figure(
        "Computation graph",
        f"Computation graph of {text} with {len(made.values)} nodes, from the variables on the left to the result on "
        f"the right, {shown(made.values[-1])}. Its derivatives are {told}.",
        canvas(
            {"text": f"{_short(text)} = {shown(made.values[-1])}", "subtitle": _LEGEND},
            scene.size,
            [*scene.standing(), words([*values, *gradients]), *scene.slopes()],
        ),
    )


def animation_figure(made: Differentiated) -> Figure:
    """A frame for each step: an operation forward, or an operation backward."""
    scene, told = Scene(made), steps(made)
    back = _frames(told, BACKWARD)
    flow = [
        row
        for edge in scene.layout.edges
        if scene.carries_gradient(edge)
        for row in scene.edge(edge, (back[edge[0]], back[edge[0]]))
    ]
    captions = _captions(scene, told)
    return Figure(
        "Backpropagation, step by step",
        f"Animation of {len(told)} steps: {len(back)} values forward, then the gradient from the result back to the "
        f"variables, through one operation at a time. The last step: {' '.join(told[-1].lines)}.",
        canvas(
            {"text": _short(made.graph.nodes[-1].text), "subtitle": "Values forward, then gradients (∂) backward"},
            (scene.size[0], round(max(row["y"] for row in captions))),
            [
                *scene.standing(),
                boxes(list(_now(scene, told)), moving=True, strokeWidth=3.5, filled=False),
                words([*_values(scene, told), *_sums(scene, told)], moving=True),
                lines(flow, moving=True, stroke=ORANGE, strokeWidth=3),
                *scene.slopes({place: (frame, frame) for place, frame in back.items()}),
                words(captions, moving=True, align="left"),
            ],
        ),
        Animation(len(told), _FRAME_S, still=len(told) - 1),
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _frames(told: list[Step], direction: str) -> dict[int, int]:
    """The frame of each operation in one direction."""
    return {step.node: at for at, step in enumerate(told) if step.direction == direction and step.node is not None}


def _now(scene: Scene, told: list[Step]) -> Iterator[Row]:
    """A frame around what is computed in each step."""
    for at, step in enumerate(told):
        if step.node is not None or step.direction == BACKWARD:
            place = len(scene.made.values) - 1 if step.node is None else step.node
            yield scene.frame(place, BLUE if step.direction == FORWARD else ORANGE, span=(at, at))


def _values(scene: Scene, told: list[Step]) -> Iterator[Row]:
    since = _frames(told, FORWARD)
    for place in range(len(scene.made.values)):
        yield scene.value(place, (since.get(place, 0), len(told)))


def _sums(scene: Scene, told: list[Step]) -> Iterator[Row]:
    """Each node's gradient, as far as it has been added up in each step."""
    back, start = _frames(told, BACKWARD), next(at for at, step in enumerate(told) if step.direction == BACKWARD)
    sums: dict[int, dict[int, float]] = {len(scene.made.values) - 1: {start: 1.0}}  # by node, by frame
    for share in scene.made.shares:
        known = sums.setdefault(share.target, {})
        known[back[share.source]] = (list(known.values())[-1] if known else 0.0) + share.amount
    for place, known in sums.items():
        for (first, gradient), (following, _) in pairwise([*known.items(), (len(told), 0.0)]):
            span: Span = (first, following - 1)
            yield scene.gradient(place, gradient, span)


def _captions(scene: Scene, told: list[Step]) -> list[Row]:
    """What each step computes, in lines below the graph."""
    width = int(scene.size[0] / _LETTER)
    return [
        word((0, scene.size[1] + 24 + _LINE * at_line), text, 13, first=at, last=at)
        for at, step in enumerate(told)
        for at_line, text in enumerate([part for line in step.lines for part in wrap(line, width)])
    ]
