"""Lists: of resources, or of the topics there are."""

from collections.abc import Sequence

from service.ask import wording
from service.ask.finding import find, topics_of
from service.ask.library import Library
from service.ask.reply import Claim, Told
from service.ask.sources import Sources
from service.catalog.resources import counts_by_media_type
from service.search import wording as search_wording
from service.search.answer import Answer

MOST_CITED = 20  # headings


def list_resources(library: Library, found: Answer, sources: Sources, limit: int) -> Told:
    """All that was found, or the topics there are; what there is at all, where nothing is named."""
    if found.meant.variant != "topics":
        return Told(_inventory(library)) if _asks_for_all(found) else find(library, found, sources, limit)
    if found.meant.media_types or found.interpretation.excluded.get("media_types"):
        return _topics_by_type(library, found, sources)
    return _topics(library, topics_of(found), sources)


def _asks_for_all(found: Answer) -> bool:
    asked = found.interpretation
    return not (asked.topics or asked.media_types or asked.filters or asked.excluded or asked.unknown_words)


def _inventory(library: Library) -> list[Claim]:
    """How many resources of each media type there are."""
    vocabulary, counts = library.vocabulary, counts_by_media_type(library.session)
    if not counts:
        return [Claim("No resource is here yet.")]
    held = [
        f"{counts[type_]} {search_wording.noun(vocabulary, (type_,), counts[type_])}"
        for type_ in vocabulary.media_types
        if type_ in counts
    ]
    total = wording.counted(sum(counts.values()), "resource is", "resources are")
    return [Claim(f"{total} here: {', '.join(held)}.")]


def _topics_by_type(library: Library, found: Answer, sources: Sources) -> Told:
    """Of the topics that resources are filed under, those that have some of the media types; or that have none."""
    asked = topics_of(found)
    wanted, unwanted = found.meant.media_types, found.interpretation.excluded.get("media_types", ())
    inside = library.graph.with_narrower(asked) if asked else tuple(library.graph.topics)
    fitting = [topic for topic in inside if _has(library, topic, wanted, unwanted)]
    place = f"Inside {library.graph.label(asked[0])} " if asked else ""
    noun = search_wording.noun(library.vocabulary, wanted or unwanted, 2)
    having = f"{'have' if len(fitting) > 1 else 'has'} {'' if wanted else 'no '}{noun}"
    names = f": {_named(library, fitting)}" if fitting else ""
    text = f"{place}{wording.counted(len(fitting), 'topic', 'topics')} {having}{names}."
    shown = fitting[:MOST_CITED]
    return Told([Claim(wording.sentence(text), sources.of_topics(shown or asked[:1]))], topics=shown)


def _has(library: Library, topic: str, wanted: Sequence[str], unwanted: Sequence[str]) -> bool:
    count = library.graph.resource_count
    has_wanted = any(count(topic, type_) for type_ in wanted) if wanted else count(topic) > 0
    return has_wanted and not any(count(topic, type_) for type_ in unwanted)


def _named(library: Library, topics: Sequence[str]) -> str:
    more = f" and {len(topics) - MOST_CITED} more" if len(topics) > MOST_CITED else ""
    return ", ".join(map(library.graph.label, topics[:MOST_CITED])) + more


def _topics(library: Library, inside: Sequence[str], sources: Sources) -> Told:
    graph = library.graph
    listed = [id for topic in inside for id in graph.narrower(topic)]
    if inside and not listed:
        label = graph.label(inside[0])
        return Told([Claim(f"{label} has no narrower topics.", sources.of_topic(inside[0]))])
    tops = listed or [topic for topic in graph.topics if not graph.broader(topic)]
    there_are = f"there {'is' if len(tops) == 1 else 'are'} {wording.counted(len(tops), 'topic', 'topics')}"
    place = f"Inside {graph.label(inside[0])} {there_are}" if inside else wording.sentence(there_are)
    if not inside and len(graph.topics) > len(tops):
        place = f"There are {len(graph.topics)} topics, {len(tops)} of them at the top"
    text = f"{place}: {_named(library, tops)}."
    return Told([Claim(text, sources.of_topics(tops[:MOST_CITED]))], topics=tops[:MOST_CITED])
