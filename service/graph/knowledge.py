"""The knowledge graph of one revision: topics, their names, their nesting, what to learn first. Never changes.

Direction, here and everywhere: edge u -> v means learn u before v (u is the prerequisite, v the dependent).
Nesting is separate and is no prerequisite: edge u -> v of `nesting` means that v is narrower than u.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from operator import attrgetter

import networkx as nx

from service.catalog.names import fold
from service.catalog.topics import NameRow, PrerequisiteRow, TopicRow
from service.graph.filed import Filed

_PREREQUISITE = attrgetter("prerequisite_id")
_DEPENDENT = attrgetter("dependent_id")


@dataclass(frozen=True)
class Shown:
    """Which edges a walk shows: in these statuses, and those that a longer way implies, or not."""

    statuses: Collection[str] = ("accepted",)
    transitive: bool = True


ACCEPTED = Shown()


@dataclass(frozen=True)
class KnowledgeGraph:
    """Everything about active topics as of `revision`; made by `service.graph.build.build`."""

    revision: int
    topics: Mapping[str, TopicRow]  # in teaching order
    names: Mapping[str, tuple[NameRow, ...]]  # by folded name
    accepted: "nx.DiGraph[str]"  # edge u -> v: learn u before v; only accepted prerequisites; acyclic; frozen
    nesting: "nx.DiGraph[str]"  # edge u -> v: v is narrower than u; frozen
    order: Mapping[str, int]  # a place for each topic: after all that it builds on, else in teaching order
    names_of: Mapping[str, tuple[NameRow, ...]]  # by topic
    edges_into: Mapping[str, tuple[PrerequisiteRow, ...]]  # in any status, by dependent, the surest first
    edges_from: Mapping[str, tuple[PrerequisiteRow, ...]]  # in any status, by prerequisite, the surest first
    accepted_into: Mapping[str, tuple[str, ...]]  # accepted prerequisites' ids, by dependent
    required_into: Mapping[str, tuple[str, ...]]  # those of them that nothing else can stand in for
    choices_into: Mapping[str, tuple[tuple[str, ...], ...]]  # the others: of each group one is enough; the surest first
    filed: Filed  # active resources by topic and media type

    def label(self, topic_id: str) -> str:
        """The topic's label."""
        return self.topics[topic_id].label

    def labels(self, topic_id: str) -> tuple[str, ...]:
        """The names to show, the label first; hidden ones (printed typos) are left out."""
        shown = (row.name for row in self.names_of.get(topic_id, ()) if row.kind not in ("hidden", "label"))
        return tuple(dict.fromkeys([self.label(topic_id), *shown]))

    def broader(self, topic_id: str) -> tuple[str, ...]:
        """The topics that this one is directly nested in."""
        known = self._broader.get(topic_id)
        if known is None:
            known = self._broader[topic_id] = self._in_order(self.nesting.pred[topic_id])
        return known

    def narrower(self, topic_id: str) -> tuple[str, ...]:
        """The topics nested directly in this one."""
        return self._in_order(self.nesting.succ[topic_id])

    def with_narrower(self, topic_ids: Iterable[str]) -> tuple[str, ...]:
        """The topics and all that is nested in them, at any depth, in teaching order."""
        asked = tuple(topic_ids)
        if len(asked) != 1:
            return self._nested_in(asked)
        known = self._with_narrower.get(asked[0])
        if known is None:
            known = self._with_narrower[asked[0]] = self._nested_in(asked)
        return known

    def _nested_in(self, topic_ids: Iterable[str]) -> tuple[str, ...]:
        found = dict.fromkeys(topic_ids)
        waiting = list(found)
        while waiting:
            fresh = [narrower for narrower in self.nesting.succ[waiting.pop()] if narrower not in found]
            found.update(dict.fromkeys(fresh))
            waiting += fresh
        return self._in_order(found)

    def prerequisites(
        self, topic_id: str, depth: int | None = None, shown: Shown = ACCEPTED
    ) -> tuple[tuple[PrerequisiteRow, int], ...]:
        """What to learn before this topic: each such topic once, by the surest of its nearest edges, with its depth.

        Depth 1 is direct; None goes all the way. Only accepted edges lead further: an edge in another of the
        statuses that are shown stands where it is and is not followed.
        """
        return _walk(partial(self._shown, self.edges_into, shown), _PREREQUISITE, topic_id, depth)

    def dependents(
        self, topic_id: str, depth: int | None = None, shown: Shown = ACCEPTED
    ) -> tuple[tuple[PrerequisiteRow, int], ...]:
        """What this topic opens: the mirror of `prerequisites`."""
        return _walk(partial(self._shown, self.edges_from, shown), _DEPENDENT, topic_id, depth)

    def ancestors(self, topic_ids: Iterable[str], without: Collection[str] = frozenset()) -> set[str]:
        """All that the topics build on, at any depth, by accepted prerequisites; no further than to `without`.

        The topics themselves are among them only where one builds on another. What others can stand in for is not:
        nobody knows which of them a learner took.
        """
        into = self.required_into
        found: set[str] = set()
        waiting = list(topic_ids)
        while waiting:
            for prerequisite in into.get(waiting.pop(), ()):
                if prerequisite not in found and prerequisite not in without:
                    found.add(prerequisite)
                    waiting.append(prerequisite)
        return found

    def is_transitive(self, edge: PrerequisiteRow) -> bool:
        """Whether the dependent builds on the prerequisite by way of another topic too: the edge adds nothing."""
        sought, order = edge.prerequisite_id, self.order
        waiting = [id for id in self.required_into.get(edge.dependent_id, ()) if id != sought]
        seen = set(waiting)
        while waiting:
            into = self.required_into.get(waiting.pop(), ())
            if sought in into:
                return True
            fresh = [id for id in into if id not in seen and order[id] > order[sought]]  # others lie before it
            seen.update(fresh)
            waiting += fresh
        return False

    def is_ready(self, topic_id: str, known: Collection[str]) -> bool:
        """Whether who knows these topics can begin with this one."""
        is_met = all(id in known for id in self.required_into.get(topic_id, ()))
        return is_met and not self.open_choices(topic_id, known)

    def open_choices(self, topic_id: str, known: Collection[str]) -> tuple[tuple[str, ...], ...]:
        """The groups of alternatives before this topic of which none is known."""
        groups = self.choices_into.get(topic_id, ())
        return tuple(group for group in groups if not any(id in known for id in group))

    def resolve(self, name: str) -> str | None:
        """The one topic that `name` means: an id, else a name, a label before a synonym before a part.

        Where several topics bear it equally well, the one that all the others are nested in; else none.
        """
        if name in self.topics:
            return name
        rows = self.names.get(fold(name), ())
        best = [row.topic_id for row in rows if row.kind == rows[0].kind]
        return next((id for id in best if set(best) <= set(self.with_narrower([id]))), None)

    def resource_count(self, topic_id: str, media_type: str | None = None) -> int:
        """How many active resources are filed under this topic itself, of one media type or of all."""
        return self.filed.count(topic_id, media_type)

    @cached_property
    def _with_narrower(self) -> dict[str, tuple[str, ...]]:
        """As `_broader`."""
        return {}

    @cached_property
    def _broader(self) -> dict[str, tuple[str, ...]]:
        """What was asked before: networkx takes its time, and some questions ask it of a hundred topics."""
        return {}

    def _shown(
        self, edges: Mapping[str, Sequence[PrerequisiteRow]], shown: Shown, topic_id: str
    ) -> list[PrerequisiteRow]:
        rows = [row for row in edges.get(topic_id, ()) if row.status in shown.statuses]
        return rows if shown.transitive else [row for row in rows if not self.is_transitive(row)]

    def _in_order(self, topic_ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(topic_ids, key=lambda id: (self.topics[id].order, id)))


def _walk(
    edges_at: Callable[[str], list[PrerequisiteRow]],
    far_end: Callable[[PrerequisiteRow], str],
    start: str,
    depth: int | None,
) -> tuple[tuple[PrerequisiteRow, int], ...]:
    found: dict[str, tuple[PrerequisiteRow, int]] = {}
    level, followed, at = [start], {start}, 1
    while level and (depth is None or at <= depth):
        rows = [row for near in level for row in edges_at(near)]
        for row in sorted(rows, key=_surest_first):
            found.setdefault(far_end(row), (row, at))
        level = [far_end(row) for row in rows if row.status == "accepted" and far_end(row) not in followed]
        followed.update(level)
        at += 1
    found.pop(start, None)
    return tuple(found.values())


def _surest_first(row: PrerequisiteRow) -> tuple[bool, float]:
    return row.status != "accepted", -row.confidence
