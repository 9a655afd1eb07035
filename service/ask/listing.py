"""Lists: of resources, or of the topics there are."""

from collections.abc import Sequence

from service.ask import wording
from service.ask.finding import find, topics_of
from service.ask.library import Library
from service.ask.reply import Claim, Told
from service.ask.sources import Sources
from service.search.answer import Answer

MOST_CITED = 20  # headings


def list_resources(library: Library, found: Answer, sources: Sources, limit: int) -> Told:
    """All that was found, or the topics there are."""
    if found.meant.variant != "topics":
        return find(library, found, sources, limit)
    return _topics(library, topics_of(found), sources)


def _topics(library: Library, inside: Sequence[str], sources: Sources) -> Told:
    graph = library.graph
    listed = [id for topic in inside for id in graph.narrower(topic)]
    if inside and not listed:
        label = graph.label(inside[0])
        return Told([Claim(f"{label} has no narrower topics.", sources.of_topic(inside[0]))])
    tops = listed or [topic for topic in graph.topics if not graph.broader(topic)]
    names = ", ".join(map(graph.label, tops[:MOST_CITED]))
    more = f" and {len(tops) - MOST_CITED} more" if len(tops) > MOST_CITED else ""
    there_are = "there is" if len(tops) == 1 else "there are"
    place = f"Inside {graph.label(inside[0])} {there_are}" if inside else wording.sentence(there_are)
    text = f"{place} {wording.counted(len(tops), 'topic', 'topics')}: {names}{more}."
    return Told([Claim(text, sources.of_topics(tops[:MOST_CITED]))], topics=tops[:MOST_CITED])
