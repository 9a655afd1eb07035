"""Looking a meaning up: what meets all of it."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import orjson
from sqlalchemy.orm import Session

from service.catalog import matches, ordered
from service.catalog.matches import Match
from service.catalog.names import fold
from service.catalog.plurals import singular
from service.catalog.resources import first_after
from service.catalog.vocabulary import Vocabulary
from service.catalog.wanted import EVERYTHING, Wanted
from service.graph import KnowledgeGraph
from service.search.look_up import filed, with_cards
from service.search.meaning import Meaning
from service.search.query import Query


class Found(NamedTuple):
    """A stretch of what meets the question.

    `by_title`: the words that stood in titles, when no topic had any; `by_text`: those that stood in texts.
    """

    total: int
    matches: Sequence[Match]
    next_after: int | None
    wanted: Wanted = EVERYTHING  # what was looked up
    by_title: tuple[str, ...] = ()
    by_text: tuple[str, ...] = ()
    meeting_rest: int = 0  # how many meet what is known of the question, where some words are not
    stating: int = 0  # how many state what they are ordered by, where an order is asked for


NOTHING = Found(0, (), None)


def retrieve(session: Session, graph: KnowledgeGraph, vocabulary: Vocabulary, meaning: Meaning, query: Query) -> Found:
    """What is filed under the topics and meets the rest; if nothing is, what has the topics' names in its title."""
    if not meaning.can_be_met:
        return NOTHING
    stretch = partial(_ordered, session, meaning.order) if meaning.order else partial(_stretch, session, graph)
    found = stretch(meaning.wanted, query)
    if found.total:
        is_whole = query.after == 0 and found.next_after is None and not meaning.order
        return _titled_first(found, vocabulary, meaning) if is_whole and _is_by_part(meaning) else found
    words = _title_words(vocabulary, meaning)
    if not words:
        return NOTHING
    titled = stretch(_titled(meaning.wanted, words), query)
    return titled._replace(by_title=words) if titled.total else NOTHING


def _stretch(session: Session, graph: KnowledgeGraph, wanted: Wanted, query: Query) -> Found:
    numbers = filed(graph, wanted)
    if numbers is not None:
        shown, next_after = first_after(numbers, query.after, query.limit)
        return Found(len(numbers), with_cards(session, graph, wanted, shown), next_after, wanted)
    found = matches.matching(session, wanted, query.after, query.limit + 1)
    met = found[: query.limit]
    has_more = len(found) > query.limit
    total = matches.total(session, wanted) if has_more or query.after else len(found)
    return Found(total, met, met[-1].number if has_more else None, wanted)


def _ordered(session: Session, order: str, wanted: Wanted, query: Query) -> Found:
    """In the order that is asked for; `query.after` counts what came before."""
    total = matches.total(session, wanted)
    met = ordered.in_order(session, wanted, order, query.after, query.limit)
    end = query.after + query.limit
    next_after = end if end < min(total, ordered.MOST_ORDERED) else None
    return Found(total, met, next_after, wanted, stating=ordered.stating(session, wanted, order))


def _is_by_part(meaning: Meaning) -> bool:
    """Whether the question may name a part of what a topic or a resource is about: by an alias, or by plain words."""
    return bool(meaning.wanted.words) or any(topic.by == "alias" for topic in meaning.interpretation.topics)


def _titled_first(found: Found, vocabulary: Vocabulary, meaning: Meaning) -> Found:
    """Of what is filed under "Regularization (dropout, batch normalization)", for "dropout": first what says so."""
    plain = [word for _, word in meaning.wanted.words]
    asked = set(map(singular, [*_title_words(vocabulary, meaning), *plain]))

    def lacking(match: Match) -> int:
        return len(asked.difference(map(singular, fold(orjson.loads(match.card)["title"]).split())))

    return found._replace(matches=sorted(found.matches, key=lacking))


def _title_words(vocabulary: Vocabulary, meaning: Meaning) -> tuple[str, ...]:
    """The words of the topics' names, spelled out ("GD" -> "gradient descent"); none where names are alternatives."""
    names = [topic.matched for topic in meaning.interpretation.topics if topic.by != "parameter"]
    if len(set(names)) != len(meaning.topics):
        return ()
    spelled_out = [next(iter(vocabulary.ring_of(name)), name) for name in names]
    return tuple(dict.fromkeys(word for name in spelled_out for word in fold(name).split()))


def _titled(wanted: Wanted, words: Sequence[str]) -> Wanted:
    """Longer words first: they are rarer, and the look-up starts from the first."""
    asked = {*wanted.words, *(("title", word) for word in words)}
    return wanted._replace(topics=(), words=tuple(sorted(asked, key=lambda pair: (-len(pair[1]), pair))))
