"""A question in a conversation takes what it leaves out from the one before: "and papers?", "what comes before it?"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.graph import KnowledgeGraph
from service.search.before import Before
from service.search.intents import Asked
from service.search.interpret import Reread
from service.search.leftovers import Settled
from service.search.parts import Part
from service.search.phrases import Phrases
from service.search.reading import Reading, Said
from service.search.years import Year

# They ask for all there is, unless they point back ("how many of those").
_COMPLETE = ("list", "count")
_MID_SENTENCE = ("by", "from", "on", "not", "since", "after", "before", "until", "shorter", "longer")


def lean(graph: KnowledgeGraph, phrases: Phrases, reread: Reread, before: Before, question: str) -> Reread:
    """The question, with what it takes from the one before."""
    words = question.split()
    points = _points_back(phrases, words)
    has_subject = _has_subject(reread)
    if has_subject and not points.leads:
        return reread
    if has_subject:
        return _with_intent(_with_constraints(reread, before), before)
    if not _goes_on(reread, points.refers or points.leads) or (_names_maker(reread) and not points.any):
        return reread
    settled = _with_subject(graph, reread.reading, reread.settled, _gone_on(reread.asked, before))
    return _with_constraints(replace(reread, settled=settled), before)


@dataclass(frozen=True)
class _Points:
    """How a question points back."""

    leads: bool  # by its first words: "and …"
    refers: bool  # by a pronoun: "… that"
    is_rest: bool  # by beginning in mid-sentence: "by Goodfellow"

    @property
    def any(self) -> bool:
        return self.leads or self.refers or self.is_rest


def _points_back(phrases: Phrases, words: Sequence[str]) -> _Points:
    known = phrases.vocabulary.question_words
    starts = [" ".join(words[:length]) for length in (1, 2)]
    return _Points(
        leads=any(start in known.leads for start in starts),
        refers=not known.pronouns.isdisjoint(words),
        is_rest=any(known.roles.get(start, "filler") in _MID_SENTENCE for start in starts),
    )


def _names_maker(reread: Reread) -> bool:
    """Whether it asks for what somebody made, or for what is somewhere: that needs no other subject."""
    return bool(reread.settled.author or reread.settled.host or reread.reading.hosts)


def _has_subject(reread: Reread) -> bool:
    settled = reread.settled
    return bool(reread.reading.topics or settled.plain or settled.unknown)


def _goes_on(reread: Reread, points: bool) -> bool:
    """Whether it says anything that makes sense of what was before."""
    asked, reading = reread.asked, reread.reading
    if asked.variant == "topics":
        return False
    if asked.intent in _COMPLETE:
        return points
    narrows = (reading.media_types, reading.languages, reading.years, reading.lengths, reading.level, reading.hosts)
    says = (
        *narrows,
        reread.settled.author,
        reread.settled.host,
        reading.is_free,
        reading.is_best,
        reading.order,
        reading.count,
    )
    negates = (reading.without_media_types, reading.without_hosts, reading.without_topics, reread.settled.unwanted)
    return bool(asked.intent) or any(says) or any(negates)


def _gone_on(asked: Asked, before: Before) -> Before:
    """Who asks again what comes next, asks it of what was told to come next."""
    is_again = (asked.intent, asked.variant) == (before.intent, before.variant) == ("prerequisites", asked.variant)
    return replace(before, topics=(before.told,)) if is_again and before.told else before


def _with_subject(graph: KnowledgeGraph, reading: Reading, settled: Settled, before: Before) -> Settled:
    """Takes the topics, and the words that stood beside or instead of them."""
    for group in before.topics:
        rows = tuple(graph.names_of[id][0] for id in group if id in graph.topics)
        if rows:
            reading.topics.append([Part("conversation", graph.label(rows[0].topic_id), names=rows)])
    reading.said.append(Said(before.text, is_filler=False))
    settled = replace(settled, unknown=(*settled.unknown, *before.unknown))
    if settled.author or settled.host or reading.hosts:
        return settled
    reading.hosts += before.places
    words = {field: tuple(w for f, w in before.words if f == field) for field in ("", "author", "host")}
    return replace(settled, plain=words[""], author=words["author"], host=words["host"])


def _with_constraints(reread: Reread, before: Before) -> Reread:
    """Takes what resources had to be, where they are asked for again and the question says nothing else of it."""
    reading = reread.reading
    if reread.asked.intent not in ("", "find_resources", "list", "count"):
        return reread
    if not (reading.media_types or reading.without_media_types):
        reading.media_types += before.media_types
    if not reading.languages and before.language:
        reading.languages.append(before.language)
    if not reading.years:
        ends = (("since", before.year_min), ("until", before.year_max))
        reading.years += [Year(number, role) for role, number in ends if number is not None]
    lengths = {"at_least": before.minutes_min, "at_most": before.minutes_max}
    if not reading.lengths:
        reading.lengths.update({name: int(minutes) for name, minutes in lengths.items() if minutes is not None})
    reading.is_free = reading.is_free or before.is_free
    reading.level = reading.level or before.level
    reading.order = reading.order or before.order
    return reread


def _with_intent(reread: Reread, before: Before) -> Reread:
    """The same may be asked about something else: "and CNNs?"."""
    if reread.asked.intent or reread.reading.media_types != list(before.media_types):
        return reread
    return replace(reread, asked=Asked(before.intent, before.variant, reread.asked.quiet))
