"""The parts of a drawn computation graph: boxes, edges, values, gradients and local slopes at their places."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from service.demos.backpropagation.differentiation import Differentiated
from service.demos.backpropagation.layout import Edge, Layout, lay_out
from service.demos.backpropagation.steps import shown
from service.demos.canvas import Layer, Row, box, boxes, lines, word, words
from service.demos.figures import BLUE, FAINT, INK

GRADIENT = "#9a4a00"  # of text: darker than orange, to be read on white
_COLUMN, _ROW = 152, 78  # pixels from one node to the next
_BOX = (88, 58)
_TOP = 6
_PORTS = 24  # pixels between the places where two inputs come in
_VARIABLE, _NUMBER, _OPERATION = "#cfe0f1", "#ececec", "#ffffff"
_NARROWEST = 480

Span = tuple[int, int]  # first and last frame, both included


@dataclass(frozen=True)
class Scene:
    """A differentiated graph, laid out."""

    made: Differentiated

    @cached_property
    def layout(self) -> Layout:
        """Columns and rows of nodes and edges."""
        return lay_out(self.made.graph)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of all boxes, in pixels."""
        wide = (self.layout.columns - 1) * _COLUMN + _BOX[0]
        return max(wide, _NARROWEST), round(_TOP + self.layout.rows * _ROW + _BOX[1])

    def standing(self) -> list[Layer]:
        """What is there before anything is computed: edges, boxes, names."""
        edges = [row for edge in self.layout.edges for row in self.edge(edge)]
        frames = [self.frame(place, INK, self._fill(place)) for place in range(len(self.made.values))]
        return [
            lines(edges, stroke=FAINT, strokeWidth=1.2),
            boxes(frames),
            words(list(self._names()), fontWeight="bold"),
        ]

    def frame(self, place: int, stroke: str, fill: str = "none", span: Span | None = None) -> Row:
        """The box of a node."""
        x, y = self._middle(place)
        return box((x - _BOX[0] / 2, y - _BOX[1] / 2), _BOX, fill, stroke, **_during(span))

    def edge(self, edge: Edge, span: Span | None = None) -> Iterator[Row]:
        """An edge's lines, from the right of a box to the left of another, in the order of its inputs."""
        inputs = len(self.made.graph.nodes[edge[0]].inputs)
        places = [_pixels(point) for point in self.layout.edges[edge]]
        places[0] = places[0][0] + _BOX[0] / 2, places[0][1]
        places[-1] = places[-1][0] - _BOX[0] / 2, places[-1][1] + (edge[1] - (inputs - 1) / 2) * _PORTS
        for (x, y), (x2, y2) in pairwise(places):
            yield {"x": x, "y": y, "x2": x2, "y2": y2, **_during(span)}

    def value(self, place: int, span: Span | None = None) -> Row:
        """A node's value, in its box."""
        x, y = self._middle(place)
        return word((x, y + 1), shown(self.made.values[place]), 13, BLUE, **_during(span))

    def gradient(self, place: int, gradient: float, span: Span | None = None) -> Row:
        """A node's gradient, in its box."""
        x, y = self._middle(place)
        return word((x, y + 19), f"∂ {shown(gradient)}", 13, GRADIENT, **_during(span))

    def slopes(self, spans: Mapping[int, Span] | None = None) -> list[Layer]:
        """Local slopes on the edges of operations, each in its operation's span of frames."""
        rows = []
        for edge in self.layout.edges:
            span = None if spans is None else spans[edge[0]]
            if self.carries_gradient(edge):
                *_, last = self.edge(edge)
                place = (0.38 * last["x"] + 0.62 * last["x2"], 0.38 * last["y"] + 0.62 * last["y2"])
                rows.append(word(place, f"×{shown(self.made.slopes[edge[0]][edge[1]])}", 10, INK, **_during(span)))
        moving = spans is not None
        return [words(rows, moving, stroke="white", strokeWidth=4, strokeJoin="round"), words(rows, moving)]

    def carries_gradient(self, edge: Edge) -> bool:
        """Whether the edge comes from something that depends on a variable."""
        return self.made.gradients[self.made.graph.nodes[edge[0]].inputs[edge[1]]] is not None

    def _names(self) -> Iterator[Row]:
        for place, node in enumerate(self.made.graph.nodes):
            x, y = self._middle(place)
            if node.number is None:  # a number's value says it all
                yield word((x, y - 18), node.label, 13 if len(node.label) < 10 else 9)

    def _fill(self, place: int) -> str:
        node = self.made.graph.nodes[place]
        return _OPERATION if node.operation is not None else _VARIABLE if node.number is None else _NUMBER

    def _middle(self, place: int) -> tuple[float, float]:
        return _pixels(self.layout.places[place])


def _pixels(point: tuple[float, float]) -> tuple[float, float]:
    return point[0] * _COLUMN + _BOX[0] / 2, _TOP + point[1] * _ROW + _BOX[1] / 2


def _during(span: Span | None) -> dict[str, int]:
    return {} if span is None else {"first": span[0], "last": span[1]}
