"""What the parts of a question say: what is asked for, what is excluded, what is left over."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from service.search.parts import Part
from service.search.years import Year, bounds

Group = list[Part]  # alternatives: "dropout or batch normalization"


@dataclass(frozen=True)
class Leftover:
    """A word in no list.

    `hint` is the role just before it: "by" in "by Goodfellow". Words that are not wanted share the number of their
    negation ("not by Ian Goodfellow"); 0 is wanted. A lost one cannot mean anything here, whatever the catalog has.
    """

    word: str
    hint: str = ""
    unwanted: int = 0
    is_lost: bool = False
    is_maker: bool = False  # it can only name who made it: "by Goodfellow", not "from Goodfellow"


@dataclass(frozen=True)
class Said:
    """A stretch of the question that may name its subject, in order; `is_filler`: it says nothing by itself."""

    text: str
    is_filler: bool


@dataclass
class Reading:
    """What the parts say, before the catalog is asked about the words left over."""

    topics: list[Group] = field(default_factory=list)  # all of them are asked for
    without_topics: list[Part] = field(default_factory=list)
    known_topics: list[Part] = field(default_factory=list)
    lacking_topics: list[Part] = field(default_factory=list)
    media_types: list[str] = field(default_factory=list)
    without_media_types: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    without_hosts: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    without_languages: list[str] = field(default_factory=list)
    years: list[Year] = field(default_factory=list)
    lengths: dict[str, int] = field(default_factory=dict)  # at_least, at_most -> minutes
    lectures: list[int] = field(default_factory=list)
    level: str = ""
    count: int | None = None
    is_best: bool = False
    order: str = ""  # newest, oldest, shortest, longest: what is to come first
    is_free: bool = False
    leftovers: list[Leftover] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    @property
    def year_bounds(self) -> tuple[int | None, int | None]:
        """The years asked for, both ends included."""
        return bounds(self.years)

    def text(self, without: Iterable[str]) -> str:
        """The words on the subject, in order, without some words and without fillers at either end."""
        left_out = set(without)
        said = [one for one in self.said if one.text not in left_out]
        while said and said[0].is_filler:
            del said[0]
        while said and said[-1].is_filler:
            del said[-1]
        return " ".join(one.text for one in said)


def is_among(part: Part, others: Iterable[Part]) -> bool:
    """Whether one of the others means the same topics."""
    topics = {row.topic_id for row in part.names}
    return any(topics == {row.topic_id for row in other.names} for other in others)
