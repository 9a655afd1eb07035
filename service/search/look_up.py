"""Looking up what meets a want: in the graph, where it asks for topics and media types alone, or in the database."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from service.catalog import matches
from service.catalog.matches import Matches
from service.catalog.resources import first_after
from service.catalog.wanted import EVERYTHING, Wanted
from service.graph import KnowledgeGraph

_MORE = slice(4, None)  # of a Wanted: what comes after topics and media types, with them and without


def matching(session: Session, graph: KnowledgeGraph, wanted: Wanted, after: int, limit: int) -> Matches:
    """As `matches.matching`: the resources that meet it, in order of first appearance, after one."""
    numbers = filed(graph, wanted)
    if numbers is None:
        return matches.matching(session, wanted, after, limit)
    shown, _ = first_after(numbers, after, limit)
    return with_cards(session, graph, wanted, shown)


def filed(graph: KnowledgeGraph, wanted: Wanted) -> Sequence[int] | None:
    """The numbers of all that meets it; None where the graph does not know, as more is asked or no topic."""
    if len(wanted.topics) != 1 or wanted[_MORE] != EVERYTHING[_MORE]:
        return None
    media_types = wanted.media_types
    if wanted.without_media_types:
        known = media_types or graph.filed.media_types
        media_types = tuple(one for one in known if one not in wanted.without_media_types)
        if not media_types:
            return ()
    found = graph.filed.under(wanted.topics[0], media_types)
    if not wanted.without_topics:
        return found
    without = set(graph.filed.under(wanted.without_topics, media_types))
    return [number for number in found if number not in without]


def with_cards(session: Session, graph: KnowledgeGraph, wanted: Wanted, shown: Sequence[int]) -> Matches:
    """Some of what is `filed` so, each with its card and a topic that led to it."""
    topic_ids = graph.filed.topics_of(shown, wanted.topics[0], wanted.media_types)
    return matches.with_cards(session, shown, topic_ids)
