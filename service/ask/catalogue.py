"""Questions on the catalogue as such: its languages, its authors, what is new in it, which of its topics are empty."""

from collections.abc import Callable, Mapping, Sequence

import orjson

from service.ask import wording
from service.ask.finding import find, topics_of
from service.ask.library import Library
from service.ask.reply import Claim, Told
from service.ask.sources import Sources
from service.catalog import matches, numbered_cards, resources
from service.catalog.named_authors import Author, authors_of
from service.catalog.news import News, last_change
from service.catalog.resource_filter import ResourceFilter
from service.catalog.wanted import Wanted
from service.search import wording as search_wording
from service.search.answer import Answer

Teller = Callable[[Library, Answer, Sources, int], Told]

MOST_AUTHORS = 8
MOST_RANKED = 5  # topics
MOST_CITED = 20  # headings
_DONE = {"created": "added", "updated": "changed", "restored": "brought back", "merged": "merged"}
_REMOVED = "removed"  # whatever else may have become of a thing
_FEED = "GET /api/v1/changes tells every change."


def languages(library: Library, found: Answer, sources: Sources, _limit: int) -> Told:
    """The languages that resources are stated to be in, and how many state one."""
    under, types = _asked(library, found)
    wanted = ResourceFilter(topics=under, media_types=types)
    stated = resources.facets(library.session, wanted, ("language",))["language"]
    total = matches.total(library.session, Wanted(topics=(under,) if under else (), media_types=types))
    known = sum(stated.values())
    things = f"{total} {search_wording.noun(library.vocabulary, types, total)} {_place(library, found)}"
    names = [f"{search_wording.language_name(library.vocabulary, tag)} ({count})" for tag, count in stated.items()]
    said = f"{known} of {things} {'states' if known == 1 else 'state'} a language: {wording.joined(names)}."
    return Told([Claim(said if known else f"No page states a language for the {things}.", _headings(found, sources))])


def authors(library: Library, found: Answer, sources: Sources, _limit: int) -> Told:
    """Who is named as an author, those of most resources first; each cited by the first of them."""
    under, types = _asked(library, found)
    named = authors_of(library.session, under, types, MOST_AUTHORS)
    if not named.total:
        return Told([Claim(f"No author is named {_place(library, found)}.", _headings(found, sources))])
    more = f" and {named.total - len(named.shown)} more" if named.total > len(named.shown) else ""
    authors_are = wording.counted(named.total, "author is", "authors are")
    text = f"{authors_are} named {_place(library, found)}: {', '.join(map(_author, named.shown))}{more}."
    cards = numbered_cards.cards(library.session, sorted({author.first_number for author in named.shown}))
    cited = [number for card in cards for number in sources.of_resource(orjson.loads(card))]
    return Told([Claim(wording.sentence(text), cited)])


def changes(library: Library, found: Answer, sources: Sources, limit: int) -> Told:
    """What changed last, by the feed of changes, and what was added last."""
    news = last_change(library.session)
    if news is None:
        return Told([Claim("Nothing has changed here yet.")])
    told = find(library, found, sources, limit)
    return Told([Claim(_change(news)), Claim(_FEED), *told.claims], told.resources)


def empty_topics(library: Library, found: Answer, sources: Sources, _limit: int) -> Told:
    """The topics under which nothing is filed, nor under what is nested in them."""
    graph, asked = library.graph, topics_of(found)
    inside = graph.with_narrower(asked) if asked else tuple(graph.topics)
    empty = [topic for topic in inside if not any(map(graph.resource_count, graph.with_narrower([topic])))]
    if not empty:
        topics, place = wording.counted(len(inside), "topic", "topics"), _place(library, found, "inside")
        text = f"None of the {topics} {place} is empty: something is filed under each, or inside it."
        return Told([Claim(text, _headings(found, sources))])
    names = wording.joined(map(graph.label, empty))
    text = f"{wording.counted(len(empty), 'topic has', 'topics have')} no resources: {names}."
    return Told([Claim(wording.sentence(text), sources.of_topics(empty[:MOST_CITED]))], topics=empty[:MOST_CITED])


def fullest_topics(library: Library, found: Answer, sources: Sources, _limit: int) -> Told:
    """The topics with most resources, or with fewest; of some media types, where these are named."""
    graph, (under, types) = library.graph, _asked(library, found)
    inside = under or tuple(graph.topics)
    counts = {topic: sum(graph.resource_count(topic, type) for type in types or (None,)) for topic in inside}
    is_most = found.meant.variant == "fullest"
    held = sorted((topic for topic in inside if counts[topic]), key=counts.__getitem__, reverse=is_most)[:MOST_RANKED]
    things = search_wording.noun(library.vocabulary, types, 2)
    if not held:
        return Told([Claim(f"No topic has {things}.", _headings(found, sources))])
    names = wording.joined(f"{graph.label(topic)} ({counts[topic]})" for topic in held)
    how_many = "the most" if is_most else "the fewest, but some,"
    text = f"These topics have {how_many} {things} filed right under them: {names}."
    return Told([Claim(text, sources.of_topics(held))], topics=held)


ON_CATALOGUE: Mapping[str, Teller] = {
    "languages": languages,
    "authors": authors,
    "changes": changes,
    "empty": empty_topics,
    "fullest": fullest_topics,
    "sparest": fullest_topics,
}  # by the variant of what is asked


def _asked(library: Library, found: Answer) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The topics and the media types that the question is narrowed to."""
    asked = topics_of(found)
    return (library.graph.with_narrower(asked) if asked else (), tuple(found.interpretation.media_types))


def _place(library: Library, found: Answer, preposition: str = "under") -> str:
    """Where: "here", "under CNN"."""
    asked = topics_of(found)
    return f"{preposition} {wording.joined(map(library.graph.label, asked))}" if asked else "here"


def _headings(found: Answer, sources: Sources) -> Sequence[int]:
    return sources.of_topics(topics_of(found)[:1])


def _author(author: Author) -> str:
    return author.name if author.resources == 1 else f"{author.name} ({author.resources} resources)"


def _change(news: News) -> str:
    """When something changed last, and what: "On 2026-11-23 at 23:41 UTC 36 resources and 1 page were added."."""
    done: dict[str, list[str]] = {}
    for type, change, count in news.counts:
        done.setdefault(_DONE.get(change, _REMOVED), []).append(wording.counted(count, type, f"{type}s"))
    parts = [f"{wording.joined(things)} {_verb(things)} {how}" for how, things in done.items()]
    return f"The last change was on {news.at:%Y-%m-%d at %H:%M} UTC: {'; '.join(parts)}."


def _verb(things: Sequence[str]) -> str:
    return "was" if len(things) == 1 and things[0].startswith("1 ") else "were"
