"""What a question was found to mean: as it is told, and as it is looked up."""

from collections.abc import Sequence
from typing import NamedTuple

from service.catalog.ordered import ORDERS
from service.catalog.wanted import EVERYTHING, Wanted
from service.search.answer import Interpretation, MatchedTopic
from service.search.before import Before

OF_ONE = ("similar", "facts")  # variants that ask about one resource
OF_CATALOGUE = {  # what is asked for, by variant
    **dict.fromkeys(("topics", "empty", "fullest", "sparest"), "topics"),
    "languages": "languages",
    "authors": "authors",
}
BY_MEANING = "meaning"  # how a topic is matched that is not named but supposed; its confidence is a likelihood


class Meaning(NamedTuple):
    """A question's meaning."""

    interpretation: Interpretation
    topics: tuple[tuple[str, ...], ...]  # looked up: one of each group is asked for
    wanted: Wanted  # the same, with all narrower topics
    is_contradictory: bool = False  # the question asks for other media types than its caller
    text: str = ""  # the words on the subject, in order: without constraints, and without what only asks
    spelled_out: tuple[str, ...] = ()  # other names of what words name that no topic bears: "residual network"
    unknown_maker: tuple[str, ...] = ()  # unknown words that were to name who made it: "by Jane Nobody"
    may_be_title: bool = True  # False: the question is so put that no resource has it as its title
    variant: str = ""  # of the intent: "after" for what builds on a topic, "topics" for a list of these, "more"

    @property
    def has_subject(self) -> bool:
        """Whether it names anything to learn, beyond a kind of resource."""
        return bool(self.topics or self.wanted.words or self.wanted.any_words)

    @property
    def asks_around(self) -> bool:
        """Whether what stands before or after the topic is asked for."""
        return self.interpretation.intent == "prerequisites"

    @property
    def unknown_subject(self) -> bool:
        """Whether a word is not known that was to say what it is about, not who made it."""
        return not set(self.interpretation.unknown_words) <= set(self.unknown_maker)

    @property
    def asks_of_catalogue(self) -> bool:
        """Whether it asks for topics, languages or authors as such, of no topic: no resource answers that."""
        return self.variant in OF_CATALOGUE and not self.topics and not self.interpretation.unknown_words

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for that a resource could meet or miss."""
        return self.wanted == EVERYTHING and not self.order and "title" not in self.interpretation.filters

    @property
    def order(self) -> str:
        """What is to come first: newest, oldest, shortest, longest; "" where nothing is said of it."""
        filters = self.interpretation.filters
        return next((order for order in ORDERS if order in filters), "") if filters else ""

    @property
    def can_be_met(self) -> bool:
        """Whether some resource could meet all that was asked."""
        return not (
            self.is_empty or self.is_contradictory or self.asks_of_catalogue or self.interpretation.unknown_words
        )

    @property
    def is_supposed(self) -> bool:
        """Whether the question names no topic, and what it may be about was told by its meaning."""
        return any(topic.by == BY_MEANING for topic in self.interpretation.topics)

    def on(
        self, matched: Sequence[MatchedTopic], topics: tuple[str, ...], with_narrower: tuple[str, ...], text: str
    ) -> "Meaning":
        """The same, of other topics. A third as dear as `_replace`."""
        interpretation, wanted = self.interpretation.on(matched), Wanted((with_narrower,), *self.wanted[1:])
        return Meaning(interpretation, (topics,), wanted, self.is_contradictory, text, *self[5:])

    def with_wanted(self, wanted: Wanted) -> "Meaning":
        """The same, looked up otherwise."""
        return self._replace(wanted=wanted)

    @property
    def confidence(self) -> float:
        """How sure it is, 0..1: as sure as its least sure topic."""
        return min([topic.confidence for topic in self.interpretation.topics], default=1.0)

    def before(self, after: int | None) -> Before:
        """What the next question of a conversation may lean on; `after` is where the stretch that was shown ends."""
        wanted = self.wanted
        topics = () if self.is_supposed else self.topics
        return Before(
            intent=self.interpretation.intent,
            variant=self.variant,
            topics=topics,
            unknown=() if topics else tuple(self.interpretation.unknown_words),
            words=wanted.words,
            places=tuple(self.interpretation.filters.get("hosts", ())),
            text=self.text,
            media_types=wanted.media_types,
            language=wanted.language,
            year_min=wanted.year_min,
            year_max=wanted.year_max,
            minutes_min=wanted.minutes_min,
            minutes_max=wanted.minutes_max,
            is_free=wanted.is_free,
            order=self.order,
            level=self.interpretation.filters.get("level", ""),
            after=after,
        )
