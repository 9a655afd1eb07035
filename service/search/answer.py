"""What is answered: the contract's shapes, as frozen records. Resources are stored cards: JSON text, not parsed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from service.catalog.columns import ALL, Apart
from service.search.before import Before

if TYPE_CHECKING:
    from service.search.meaning import Meaning


@dataclass(frozen=True)
class MatchedTopic:
    """A topic that the question names, or by meaning: is supposed to be about, with how likely that is.

    `by`: label, alias, hidden (a printed typo), correction, lecture, conversation, parameter or meaning.
    """

    id: str
    label: str
    matched: str  # the words of the question, folded
    by: str
    confidence: float  # 0..1


@dataclass(frozen=True)
class Correction:
    """A word of the question that was taken for another one."""

    written: str
    read_as: str


@dataclass(frozen=True)
class Interpretation:
    """What the question was understood to mean."""

    intent: str  # find_resources; unknown when nothing was understood
    topics: Sequence[MatchedTopic] = ()
    media_types: Sequence[str] = ()
    filters: Mapping[str, Any] = field(
        default_factory=dict
    )  # language, year_min, year_max, is_free, author, host, words
    excluded: Mapping[str, Any] = field(default_factory=dict)  # media_types, topics
    unknown_words: Sequence[str] = ()
    corrections: Sequence[Correction] = ()

    def on(self, topics: Sequence[MatchedTopic]) -> "Interpretation":
        """The same, of other topics. Half as dear as `dataclasses.replace`."""
        rest = (self.media_types, self.filters, self.excluded, self.unknown_words, self.corrections)
        return Interpretation(self.intent, topics, *rest)


class Hit(NamedTuple):
    """A resource that meets every constraint of the question. There are many: a tuple is made in no time."""

    card: bytes
    score: float  # 0..1
    why: str


@dataclass(frozen=True)
class AlikeHits(Apart[Hit]):
    """Hits of which the same is said: their cards stay together."""

    cards: Sequence[bytes]
    score: float
    why: str

    def members(self, place: slice = ALL) -> list[Hit]:
        """The hits, one by one."""
        return [Hit(card, self.score, self.why) for card in self.cards[place]]

    def __len__(self) -> int:
        return len(self.cards)


class Related(NamedTuple):
    """A resource that meets every constraint but one; `relation` names how it misses that one."""

    card: bytes
    score: float  # 0..1
    relation: str
    why: str


@dataclass(frozen=True)
class Consultation:
    """How far the search went: `steps` are names, words (BM25) and meaning (vectors by `model`), in this order."""

    steps: tuple[str, ...] = ("names",)
    model: str | None = None
    lacking: tuple[str, ...] = ()  # what could not be asked, in a sentence each


BY_NAMES = Consultation()


class Answer(NamedTuple):
    """All that is said to a question, as of `revision`."""

    query: str
    interpretation: Interpretation
    total: int
    items: Sequence[Hit]
    related: Sequence[Related]
    message: str
    next_after: int | None  # goes into `Query.after` for the next stretch
    revision: int
    consulted: Consultation
    meaning: "Meaning"

    @property
    def meant(self) -> Before:
        """For the next question of the conversation."""
        return self.meaning.before(self.next_after)
