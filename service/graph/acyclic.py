"""Keeping the accepted prerequisites acyclic: finding the cycle an edge would close, and deciding which edge yields.

Edge u -> v: learn u before v.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

import networkx as nx

from service.catalog.topics import PrerequisiteRow
from service.errors import CycleError

KINDS = ("curated", "stated", "inferred")  # whose word outranks whose, the strongest first


@dataclass(frozen=True)
class Settled:
    """A candidate with its status decided; `refusal` says which cycle kept a sure enough edge from being accepted."""

    row: PrerequisiteRow
    refusal: CycleError | None = None


def settle(candidates: Iterable[PrerequisiteRow], accept_confidence: float) -> tuple[Settled, ...]:
    """Decide the status of every candidate so that the accepted edges have no cycle; in the order given.

    A rejected edge stays rejected. A curated one that was accepted is accepted again, others when they are at
    least `accept_confidence` sure; what is less sure is proposed. Edges are taken curated first, then stated, then
    inferred, the surer first; one that would close a cycle with those before it is proposed, with its refusal.
    """
    rows = list(candidates)
    wanted = [row for row in rows if _is_wanted(row, accept_confidence)]
    refusals = _refusals(wanted)
    accepted = {_ends(row) for row in wanted} - refusals.keys()
    return tuple(_settled(row, accepted, refusals.get(_ends(row))) for row in rows)


def accepted_graph(topic_ids: Iterable[str], rows: Iterable[PrerequisiteRow]) -> "nx.DiGraph[str]":
    """The graph of these edges between these topics; raise CycleError when they have a cycle."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(topic_ids)
    _add(graph, rows)
    if not nx.is_directed_acyclic_graph(graph):
        edges = nx.find_cycle(graph)
        raise _cycle_error(graph, [u for u, _ in edges] + [edges[0][0]])
    return graph


def find_cycle(graph: "nx.DiGraph[str]", row: PrerequisiteRow) -> CycleError | None:
    """The cycle that `row` would close in an acyclic graph made by `accepted_graph`, as the error to raise."""
    prerequisite, dependent = _ends(row)
    if prerequisite == dependent:
        return CycleError((prerequisite, dependent), (prerequisite, dependent))
    if prerequisite not in graph or dependent not in graph or not nx.has_path(graph, dependent, prerequisite):
        return None
    path = [prerequisite, *nx.shortest_path(graph, dependent, prerequisite)]
    closed = nx.DiGraph(graph.subgraph(path))
    _add(closed, [row])
    return _cycle_error(closed, path)


def _is_wanted(row: PrerequisiteRow, accept_confidence: float) -> bool:
    if row.status == "rejected":
        return False
    return row.status == "accepted" if row.kind == "curated" else row.confidence >= accept_confidence


def _settled(row: PrerequisiteRow, accepted: Set[tuple[str, str]], refusal: CycleError | None) -> Settled:
    if row.status == "rejected":
        return Settled(row)
    return Settled(replace(row, status="accepted" if _ends(row) in accepted else "proposed"), refusal)


def _refusals(wanted: Sequence[PrerequisiteRow]) -> dict[tuple[str, str], CycleError]:
    """The edges that must yield. Only edges inside a strongly connected component can stand on a cycle."""
    everything: nx.DiGraph[str] = nx.DiGraph()
    _add(everything, wanted)
    component = {topic: n for n, topics in enumerate(nx.strongly_connected_components(everything)) for topic in topics}
    inside = [row for row in wanted if component[row.prerequisite_id] == component[row.dependent_id]]
    return dict(_yielding(sorted(inside, key=_strongest_first)))


def _yielding(rows: Iterable[PrerequisiteRow]) -> Iterator[tuple[tuple[str, str], CycleError]]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for row in rows:
        refusal = find_cycle(graph, row)
        if refusal:
            yield _ends(row), refusal
        else:
            _add(graph, [row])


def _strongest_first(row: PrerequisiteRow) -> tuple[int, float, tuple[str, str]]:
    return KINDS.index(row.kind), -row.confidence, _ends(row)


def _ends(row: PrerequisiteRow) -> tuple[str, str]:
    return row.prerequisite_id, row.dependent_id


def _add(graph: "nx.DiGraph[str]", rows: Iterable[PrerequisiteRow]) -> None:
    graph.add_edges_from((*_ends(row), {"row": row}) for row in rows)


def _cycle_error(graph: "nx.DiGraph[str]", path: Sequence[str]) -> CycleError:
    """`path` is a cycle of the graph that starts and ends with the same topic."""
    rows = [graph.edges[edge]["row"] for edge in pairwise(path)]
    return CycleError(path, _ends(max(rows, key=_strongest_first)))
