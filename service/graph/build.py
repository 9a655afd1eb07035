"""Building the knowledge graph of a revision from the catalog's rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import TypeVar

import networkx as nx

from service.catalog.names import NAME_KINDS
from service.catalog.topics import GraphRows, NameRow, PrerequisiteRow
from service.graph.acyclic import accepted_graph
from service.graph.filed import Filed
from service.graph.knowledge import KnowledgeGraph

Row = TypeVar("Row")


def build(revision: int, rows: GraphRows) -> KnowledgeGraph:
    """The frozen graph of these rows; raise CycleError when their accepted prerequisites are not acyclic."""
    topics = {row.id: row for row in rows.topics}
    accepted = accepted_graph(topics, [row for row in rows.prerequisites if row.status == "accepted"])
    names = sorted(rows.names, key=_best_kind_first)
    edges = sorted(rows.prerequisites, key=lambda row: -row.confidence)
    accepted_into = {id: tuple(before) for id, before in accepted.pred.items() if before}
    choices_into = _choices(row for row in edges if row.any_of is not None and accepted.has_edge(*_ends(row)))
    return KnowledgeGraph(
        revision=revision,
        topics=MappingProxyType(topics),
        names=_grouped(names, attrgetter("folded")),
        accepted=nx.freeze(accepted),
        nesting=nx.freeze(_nesting(topics, rows.broader)),
        order=MappingProxyType(_learning_order(accepted, topics)),
        names_of=_grouped(names, attrgetter("topic_id")),
        edges_into=_grouped(edges, attrgetter("dependent_id")),
        edges_from=_grouped(edges, attrgetter("prerequisite_id")),
        accepted_into=MappingProxyType(accepted_into),
        required_into=MappingProxyType(_without_choices(accepted_into, choices_into)),
        choices_into=MappingProxyType(choices_into),
        filed=Filed(rows.filed),
    )


def _best_kind_first(row: NameRow) -> int:
    return NAME_KINDS.index(row.kind)


def _nesting(topics: Iterable[str], broader: Iterable[tuple[str, str]]) -> "nx.DiGraph[str]":
    nesting: nx.DiGraph[str] = nx.DiGraph()
    nesting.add_nodes_from(topics)
    place = {topic: place for place, topic in enumerate(nesting)}  # parts come in teaching order
    edges = [(upper, lower) for lower, upper in broader if upper in nesting and lower in nesting]
    nesting.add_edges_from(sorted(edges, key=lambda edge: place[edge[1]]))
    return nesting


def _learning_order(accepted: "nx.DiGraph[str]", topics: Iterable[str]) -> dict[str, int]:
    """A topological order that keeps to teaching order wherever prerequisites leave the choice."""
    taught = {id: place for place, id in enumerate(topics)}
    ordered = nx.lexicographical_topological_sort(accepted, key=taught.__getitem__)
    return {id: place for place, id in enumerate(ordered)}


def _choices(edges: Iterable[PrerequisiteRow]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """By dependent, the groups of its alternatives. Who is alone in a group has nobody to stand in for it."""
    groups: defaultdict[tuple[str, str | None], list[str]] = defaultdict(list)
    for row in edges:
        groups[row.dependent_id, row.any_of].append(row.prerequisite_id)
    found: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for (dependent, _), members in groups.items():
        if len(members) > 1:
            found[dependent].append(tuple(members))
    return {dependent: tuple(group) for dependent, group in found.items()}


def _without_choices(
    accepted_into: Mapping[str, tuple[str, ...]], choices_into: Mapping[str, tuple[tuple[str, ...], ...]]
) -> dict[str, tuple[str, ...]]:
    required = dict(accepted_into)
    for dependent, groups in choices_into.items():
        replaceable = {id for group in groups for id in group}
        required[dependent] = tuple(id for id in accepted_into[dependent] if id not in replaceable)
    return required


def _ends(row: PrerequisiteRow) -> tuple[str, str]:
    return row.prerequisite_id, row.dependent_id


def _grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> Mapping[str, tuple[Row, ...]]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return MappingProxyType({name: tuple(group) for name, group in groups.items()})
