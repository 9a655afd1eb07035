"""Whether one topic can be learned without another: by the accepted prerequisites between them."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import combinations

from service.ask import wording
from service.ask.library import Library
from service.ask.reply import Claim, Told
from service.ask.sources import Sources
from service.catalog.topics import PrerequisiteRow
from service.graph import KnowledgeGraph


def ready(library: Library, lacking: Sequence[str], target: str, sources: Sources) -> Told:
    """For each topic that is not known, whether the target needs it; those that it needs are the reply's topics."""
    needed = [topic for topic in lacking if chain(library.graph, topic, target)]
    return Told([_needed_or_not(library, topic, target, sources) for topic in lacking], topics=needed)


def first(library: Library, topics: Sequence[str], sources: Sources) -> Told:
    """Which of several topics comes first; where none needs another, as the pages teach them."""
    graph = library.graph
    several = sorted(topics, key=graph.order.__getitem__)
    ways = [(*pair, rows) for pair in combinations(several, 2) if (rows := chain(graph, *pair))]
    if not ways:
        order = ", then ".join(map(graph.label, sorted(topics, key=list(graph.topics).index)))
        text = f"No page shows that one builds on another; the pages teach them in this order: {order}."
        return Told([Claim(text, sources.of_topics(several))], topics=several)
    begin = Claim(f"{graph.label(several[0])} comes first.", sources.of_topic(several[0]))
    return Told([begin, *(builds_on(library, *way, sources) for way in ways)], topics=several)


def skipped(library: Library, topics: Sequence[str], sources: Sources) -> Told:
    """What builds on these topics, and is lost with them."""
    graph = library.graph
    inside = graph.with_narrower(topics)
    rows = [row for topic in inside for row, _ in graph.dependents(topic, depth=1) if row.dependent_id not in inside]
    names = wording.joined(map(graph.label, topics))
    if not rows:
        text = f"Yes, as far as pages show: none says that anything builds on {names}."
        return Told([Claim(text, sources.of_topics(topics))])
    lost = list(dict.fromkeys(row.dependent_id for row in rows))
    build = "builds" if len(lost) == 1 else "build"
    text = f"Not without a gap: {wording.joined(map(graph.label, lost))} {build} on {names}."
    return Told([Claim(text, [number for row in rows for number in sources.of_edge(row)])], topics=lost)


def chain(graph: KnowledgeGraph, early: str, late: str) -> list[PrerequisiteRow]:
    """The shortest row of prerequisites that leads from one topic to a later one; empty where none does.

    What is nested in a topic speaks for it: who needs a part of logistic regression needs logistic regression. What
    something else can stand in for is needed by nobody.
    """
    starts, ends = set(graph.with_narrower([early])), graph.with_narrower([late])
    if starts & set(ends):
        return []
    leads_on: dict[str, PrerequisiteRow | None] = dict.fromkeys(ends)
    waiting = deque(ends)
    while waiting:
        topic = waiting.popleft()
        for row in _required(graph, topic):
            if row.prerequisite_id in leads_on:
                continue
            leads_on[row.prerequisite_id] = row
            if row.prerequisite_id in starts:
                return list(_followed(leads_on, row))
            waiting.append(row.prerequisite_id)
    return []


def builds_on(library: Library, early: str, late: str, rows: Sequence[PrerequisiteRow], sources: Sources) -> Claim:
    """That the later topic needs the earlier one, each step of the way with its place."""
    label = library.graph.label
    between = [label(row.dependent_id) for row in rows[:-1]]
    way = f", by way of {wording.joined(between)}" if between else ""
    cited = list(dict.fromkeys(number for row in rows for number in sources.of_edge(row)))
    return Claim(f"{label(late)} builds on {label(early)}{way}.", cited)


def _required(graph: KnowledgeGraph, topic: str) -> Iterator[PrerequisiteRow]:
    needed = graph.required_into.get(topic, ())
    return (row for row, _ in graph.prerequisites(topic, depth=1) if row.prerequisite_id in needed)


def _followed(leads_on: dict[str, PrerequisiteRow | None], row: PrerequisiteRow | None) -> Iterator[PrerequisiteRow]:
    while row is not None:
        yield row
        row = leads_on[row.dependent_id]


def _needed_or_not(library: Library, lacking: str, target: str, sources: Sources) -> Claim:
    graph = library.graph
    if rows := chain(graph, lacking, target):
        needed = builds_on(library, lacking, target, rows, sources)
        return Claim(f"No: {needed.text}", needed.citations)
    if rows := chain(graph, target, lacking):
        later = builds_on(library, target, lacking, rows, sources)
        return Claim(f"Yes: it is the other way round, {later.text}", later.citations)
    text = f"Yes, as far as pages show: none says that {graph.label(target)} builds on {graph.label(lacking)}."
    return Claim(text, sources.of_topics((lacking, target)))
