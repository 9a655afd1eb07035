"""The parts of a question, read from left to right: what is asked for, what is excluded, what is left over."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from service.search.phrases import Part
from service.search.years import Year, bounds

MOST_TOPICS = 8  # of one question; each is one more condition in a statement, and further names count as words

Group = list[Part]  # alternatives: "dropout or batch normalization"


@dataclass(frozen=True)
class Leftover:
    """A word in no list. `hint` is the role just before it: "by" in "by Goodfellow"."""

    word: str
    hint: str


@dataclass
class Reading:
    """What the parts say, before the catalog is asked about the words left over."""

    topics: list[Group] = field(default_factory=list)  # all of them are asked for
    without_topics: list[Part] = field(default_factory=list)
    media_types: list[str] = field(default_factory=list)
    without_media_types: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    years: list[Year] = field(default_factory=list)
    is_free: bool = False
    leftovers: list[Leftover] = field(default_factory=list)

    @property
    def year_bounds(self) -> tuple[int | None, int | None]:
        """The years asked for, both ends included."""
        return bounds(self.years)


def read(parts: Iterable[Part], platforms: Mapping[str, str]) -> Reading:
    """Read the parts; `platforms` are the publishers whose names also mean something else ("YouTube")."""
    reader = _Reader(platforms)
    for part in parts:
        reader.take(part)
    return reader.reading


# Where a negation stands: none; waiting, over fillers, for what it negates; behind that, where "and" carries it on.
_OFF, _WAITING, _TAKEN = range(3)


class _Reader:
    """Takes parts in order; remembers the roles that bear on the next one."""

    def __init__(self, platforms: Mapping[str, str]) -> None:
        self.reading = Reading()
        self._platforms = platforms
        self._negation = _OFF
        self._hint = ""  # the role that the next words stand under
        self._is_or = False
        self._take: Mapping[str, Callable[[Part], None]] = {
            "topic": self._topic,
            "media_type": self._media_type,
            "language": self._language,
            "platform": self._platform,
            "year": self._year,
            "word": self._word,
        }

    def take(self, part: Part) -> None:
        """Read one part."""
        if part.kind == "role":
            self._role(part)
            return
        self._take["platform" if self._is_place(part) else part.kind](part)
        self._is_or = False
        if self._negation == _WAITING:
            self._negation = _TAKEN
        if part.kind != "word":  # "by Ian Goodfellow": the hint holds for the whole name
            self._hint = ""

    def _is_place(self, part: Part) -> bool:
        """Whether "YouTube", which also means video, is meant as the place: "on YouTube"."""
        return part.kind == "media_type" and self._hint in ("on", "by") and part.text in self._platforms

    def _role(self, part: Part) -> None:
        role = part.values[0]
        if role in ("and", "or"):
            self._is_or = role == "or"
            return
        if role == "not":
            self._negation = _WAITING
        elif role == "but" or self._negation == _TAKEN:
            self._negation = _OFF
        if role == "free":
            self._free(part)
        elif role != "filler":
            self._hint = role

    @property
    def _is_negated(self) -> bool:
        return self._negation != _OFF

    def _topic(self, part: Part) -> None:
        """A topic that is both wanted and unwanted cannot be told apart: its second name is not understood."""
        reading = self.reading
        wanted = [known for group in reading.topics for known in group]
        same, opposite = reading.without_topics, wanted
        if not self._is_negated:
            same, opposite = opposite, same
        if _is_among(part, same):
            return
        if _is_among(part, opposite) or len(same) + len(opposite) >= MOST_TOPICS:
            self._word(part)
        elif self._is_negated:
            reading.without_topics.append(part)
        elif self._is_or and reading.topics:
            reading.topics[-1].append(part)
        else:
            reading.topics.append([part])

    def _media_type(self, part: Part) -> None:
        reading = self.reading
        types = reading.without_media_types if self._is_negated else reading.media_types
        types += [media_type for media_type in part.values if media_type not in types]

    def _platform(self, part: Part) -> None:
        if self._is_negated:
            self._word(part)
        else:
            self.reading.hosts.append(self._platforms[part.text])

    def _language(self, part: Part) -> None:
        if self._is_negated or (self.reading.languages and part.values[0] not in self.reading.languages):
            self._word(part)
        else:
            self.reading.languages.append(part.values[0])

    def _year(self, part: Part) -> None:
        self.reading.years.append(Year(int(part.text), self._hint))

    def _free(self, part: Part) -> None:
        if self._is_negated:
            self._word(part)
        else:
            self.reading.is_free = True

    def _word(self, part: Part) -> None:
        hint = "not" if self._is_negated else self._hint
        self.reading.leftovers += [Leftover(word, hint) for word in part.text.split()]


def _is_among(part: Part, others: Iterable[Part]) -> bool:
    """Whether one of the others means the same topics."""
    topics = {row.topic_id for row in part.names}
    return any(topics == {row.topic_id for row in other.names} for other in others)
