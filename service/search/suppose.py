"""A question that names no topic: the one that it may be about is supposed from what comes closest to it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from service.graph import KnowledgeGraph
from service.search.answer import MatchedTopic
from service.search.described import Described
from service.search.findings import Findings
from service.search.gather import Asking, Gathered, gather, likely, topics_of
from service.search.loosen import around_topic, missing_one, without_constraints
from service.search.meaning import BY_MEANING, Meaning
from service.search.rank import NearMiss
from service.search.relax import ENOUGH

# Below this likelihood no topic is supposed. benchmarks/tune_search.py chose it: above it nine in ten were right.
SUPPOSED_FROM = 0.4


def by_meaning(asking: Asking, findings: Findings, gathered: Gathered) -> Findings:
    """The findings with the topic that the question may be about, which makes nothing exact.

    Where few of the likely resources meet what is asked besides, those follow that miss one constraint.
    """
    meaning, graph = findings.meaning, asking.graph
    free = without_constraints(meaning.wanted)
    is_scarce = len(findings.near) < ENOUGH
    if is_scarce and free != meaning.wanted:
        gathered = gather(asking, findings._replace(near=[], meaning=meaning.with_wanted(free)))
    close = likely(gathered)
    topic = supposed(graph, gathered.described, close, meaning.text)
    if topic:
        meaning = _about(meaning, topic)
        more = around_topic(asking.session, graph, meaning) if is_scarce else []
    else:
        more = list(missing_one(asking.session, graph, meaning.wanted, close)) if is_scarce else []
    return findings._replace(meaning=meaning, near=_merged(findings.near, more))


def _about(meaning: Meaning, topic: MatchedTopic) -> Meaning:
    said = meaning.interpretation
    intent = "find_resources" if said.intent == "unknown" else said.intent
    return meaning._replace(interpretation=replace(said, topics=(topic,), intent=intent), topics=((topic.id,),))


def _merged(near: Sequence[NearMiss], more: Sequence[NearMiss]) -> list[NearMiss]:
    """Each once, the surest first; how the graph relates a resource says more than that its text is similar."""
    by_number = {miss.match.number: miss for miss in near}
    for miss in more:
        known = by_number.get(miss.match.number)
        by_number[miss.match.number] = miss._replace(score=max(miss.score, known.score)) if known else miss
    return sorted(by_number.values(), key=lambda miss: (-miss.score, miss.match.number))


def supposed(graph: KnowledgeGraph, described: Described, likely: Sequence[NearMiss], text: str) -> MatchedTopic | None:
    """The topic that a question on `text` may be about, if one is likely enough; `likely` is in order."""
    if not likely or likely[0].score < SUPPOSED_FROM:
        return None
    topic = nearest_topic(graph, described, likely)
    return MatchedTopic(topic, graph.label(topic), text, BY_MEANING, likely[0].score) if topic else None


def nearest_topic(graph: KnowledgeGraph, described: Described, likely: Sequence[NearMiss]) -> str | None:
    """Of the topics of what is likeliest to help, the one that the question is nearest to."""
    weights: Counter[str] = Counter()
    for miss in likely:
        weights.update(dict.fromkeys(topics_of(miss), miss.score))
    filed = [topic for topic in topics_of(likely[0]) if topic in graph.topics]
    if not filed:
        return None
    nearest = max(filed, key=lambda topic: (described.nearness(topic), weights[topic]))
    return described.speaker(nearest)
