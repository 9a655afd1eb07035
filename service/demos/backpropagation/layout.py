"""Where the nodes of a computation graph stand: in columns from left to right, with few crossings and short edges.

K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical system structures" (1981):
columns, bends where an edge passes a column, an order for each column, then heights.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.demos.backpropagation.expressions import Graph

_SWEEPS = 12
_BEND_ROOM = 0.5  # rows that a passing edge takes up; a node takes 1

Point = tuple[float, float]  # column, row
Edge = tuple[int, int]  # the node that reads, and which of its inputs
Stop = tuple[int, ...]  # (column, node), or a bend of an edge: (column, *edge)
Chain = tuple[Stop, ...]  # from an input by bends to what reads it, a column further each


@dataclass(frozen=True)
class Layout:
    """Places in columns and rows, from 0; an edge runs through its points from an input to the node that reads it."""

    places: tuple[Point, ...]  # by node
    edges: dict[Edge, tuple[Point, ...]]

    @property
    def columns(self) -> int:
        """How many there are."""
        return 1 + int(max(column for column, _ in self.places))

    @property
    def rows(self) -> float:
        """From the middle of the highest row to that of the lowest one."""
        return max(row for points in (self.places, *self.edges.values()) for _, row in points)


def lay_out(graph: Graph) -> Layout:
    """Inputs stand left of what reads them; variables and numbers just one column before their first reader."""
    columns = _columns(graph)
    chains = _chains(graph, columns)
    rows = _rows(_order(list(_in_reading_order(graph, chains, len(columns) - 1)), chains), chains)
    places = tuple((float(column), rows[column, node]) for node, column in enumerate(columns))
    edges = {edge: tuple((float(stop[0]), rows[stop]) for stop in chain) for edge, chain in chains.items()}
    return Layout(places, edges)


def _columns(graph: Graph) -> list[int]:
    """By node: how many operations lie behind each other before it."""
    depths: list[int] = []
    readers: dict[int, list[int]] = defaultdict(list)
    for node in graph.nodes:
        depths.append(1 + max((depths[source] for source in node.inputs), default=-1))
        for source in node.inputs:
            readers[source].append(depths[-1])
    return [
        depth if node.operation is not None else min(readers[place], default=1) - 1
        for place, (node, depth) in enumerate(zip(graph.nodes, depths, strict=True))
    ]


def _chains(graph: Graph, columns: list[int]) -> dict[Edge, Chain]:
    return {
        (reader, which): (
            (columns[source], source),
            *((column, reader, which) for column in range(columns[source] + 1, columns[reader])),
            (columns[reader], reader),
        )
        for reader, node in enumerate(graph.nodes)
        for which, source in enumerate(node.inputs)
    }


def _in_reading_order(graph: Graph, chains: dict[Edge, Chain], node: int) -> Iterator[Stop]:
    """What leads to a node, as the expression names it, and the node; a variable as often as it is named."""
    for which, source in enumerate(graph.nodes[node].inputs):
        yield from _in_reading_order(graph, chains, source)
        yield from chains[node, which]


def _order(stops: Sequence[Stop], chains: dict[Edge, Chain]) -> list[list[Stop]]:
    """Stops by column, from the top down: sorted by the mean place of the neighbours until fewest edges cross."""
    order: list[list[Stop]] = [[] for _ in range(1 + max((stop[0] for stop in stops), default=0))]
    for stop in dict.fromkeys(stops):
        order[stop[0]].append(stop)
    neighbours = _neighbours(chains)
    best, fewest = [list(column) for column in order], _crossings(order, chains)
    for sweep in range(_SWEEPS):
        for beside, column in pairwise(order if sweep % 2 == 0 else order[::-1]):
            _sort_by_neighbours(column, beside, neighbours)
        crossings = _crossings(order, chains)
        if crossings < fewest:
            best, fewest = [list(column) for column in order], crossings
    return best


def _neighbours(chains: dict[Edge, Chain]) -> dict[Stop, list[Stop]]:
    found: dict[Stop, list[Stop]] = defaultdict(list)
    for chain in chains.values():
        for left, right in pairwise(chain):
            found[left].append(right)
            found[right].append(left)
    return found


def _sort_by_neighbours(column: list[Stop], beside: list[Stop], neighbours: dict[Stop, list[Stop]]) -> None:
    place = {stop: at for at, stop in enumerate(beside)}

    def middle(at: int, stop: Stop) -> float:
        known = [place[other] for other in neighbours[stop] if other in place]
        return sum(known) / len(known) if known else at

    column[:] = [stop for _, stop in sorted(enumerate(column), key=lambda item: middle(*item))]


def _crossings(order: list[list[Stop]], chains: dict[Edge, Chain]) -> int:
    place = {stop: at for column in order for at, stop in enumerate(column)}
    gaps: dict[int, list[Point]] = defaultdict(list)
    for chain in chains.values():
        for left, right in pairwise(chain):
            gaps[left[0]].append((place[left], place[right]))
    return sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for gap in gaps.values() for i, a in enumerate(gap) for b in gap[:i])


def _rows(order: list[list[Stop]], chains: dict[Edge, Chain]) -> dict[Stop, float]:
    """Each stop near the mean of its neighbours, with its column in order and room between."""
    neighbours = _neighbours(chains)
    rows = {stop: float(at) for column in order for at, stop in enumerate(column)}
    rows.setdefault((0, 0), 0.0)  # a lone variable is in no chain
    for sweep in range(_SWEEPS):
        for column in order if sweep % 2 == 0 else order[::-1]:
            offsets = _offsets(column)
            wished = [
                sum(rows[other] for other in neighbours[stop]) / len(neighbours[stop]) - offset
                for stop, offset in zip(column, offsets, strict=True)
            ]
            settled = zip(column, _never_falling(wished), offsets, strict=True)
            rows.update({stop: row + offset for stop, row, offset in settled})
    top = min(rows.values())
    return {stop: row - top for stop, row in rows.items()}


def _offsets(column: list[Stop]) -> list[float]:
    """How far below the first of a column the others stand at least."""
    halves = [0.5 if len(stop) == 2 else _BEND_ROOM / 2 for stop in column]
    offsets = [0.0] * len(halves)
    for at, (above, below) in enumerate(pairwise(halves), start=1):
        offsets[at] = offsets[at - 1] + above + below
    return offsets


def _never_falling(wished: list[float]) -> list[float]:
    """The nearest numbers, in squares, that never fall: neighbours in the wrong order meet at their mean."""
    blocks: list[tuple[float, int]] = []  # mean, count
    for wish in wished:
        mean, count = wish, 1
        while blocks and blocks[-1][0] > mean:
            other, size = blocks.pop()
            mean, count = (mean * count + other * size) / (count + size), count + size
        blocks.append((mean, count))
    return [mean for mean, count in blocks for _ in range(count)]
