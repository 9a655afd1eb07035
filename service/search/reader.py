"""Reads the parts of a question from left to right, with the roles that bear on each."""

from collections.abc import Callable, Iterable, Mapping

from service.catalog.ordered import ORDERS
from service.search.intents import Asked
from service.search.parts import Part
from service.search.reading import Leftover, Reading, Said, is_among
from service.search.years import Year

MOST_TOPICS = 8  # of one question; each is one more condition in a statement, and further names count as words
MOST_PLACES = 4  # wanted, and as many unwanted ones
MOST_NEGATIONS = 4  # of words; each is one more condition, too
_DECADE = 10  # years
_YEAR_BEFORE = {"onward": "since", "backward": "until"}  # roles behind a year -> what it would be before it


def read(parts: Iterable[Part], platforms: Mapping[str, str], asked: Asked) -> Reading:
    """Read the parts; `platforms` are the publishers whose names also mean something else ("YouTube")."""
    reader = _Reader(platforms, asked)
    for part in parts:
        reader.take(part)
    return reader.reading


# Where a negation stands: none; waiting, over fillers, for what it negates; behind that, where "and" carries it on.
_OFF, _WAITING, _TAKEN = range(3)


class _Reader:
    """Takes parts in order; remembers the roles that bear on the next one."""

    def __init__(self, platforms: Mapping[str, str], asked: Asked) -> None:
        self.reading = Reading()
        self._platforms = platforms
        self._asked = asked
        self._negation = _OFF
        self._negations = 0
        self._hint = ""  # the role that the next words stand under
        self._names_maker = False  # "by …", not "from …", which may name anything
        self._is_named = False  # "by Goodfellow": words came under the hint
        self._is_or = False
        self._carried = ""  # "I know A, B and C": the role of the topic just before
        self._take: Mapping[str, Callable[[Part], None]] = {
            "topic": self._topic,
            "media_type": self._media_type,
            "language": self._language,
            "platform": self._platform,
            "maker": self._maker,
            "year": self._year,
            "decade": self._year,
            "minutes": self._minutes,
            "lecture": self._lecture,
            "level": self._level,
            "count": self._count,
            "word": self._word,
        }

    def take(self, part: Part) -> None:
        """Read one part."""
        if part.kind == "role":
            self._role(part)
            return
        self._carried = self._carried if part.kind == "topic" else ""
        kind = "platform" if self._is_place(part) else part.kind
        self._take[kind](part)
        self._is_or = False
        if self._negation == _WAITING:
            self._negation = _TAKEN
        if kind == "platform":  # "on Medium or YouTube"
            self._hint = self._hint and "on"
        elif kind != "word":  # "by Ian Goodfellow": the hint holds for the whole name
            self._hint = ""

    def _is_place(self, part: Part) -> bool:
        """Whether "YouTube", which also means video, is meant as the place: "on YouTube"."""
        return part.kind == "media_type" and self._hint in ("on", "by") and part.text in self._platforms

    def _role(self, part: Part) -> None:
        role = part.values[0]
        self.reading.said.append(Said(part.text, is_filler=True))
        if role in ("and", "or"):
            self._is_or = role == "or"
            return
        self._carried = ""
        if role == "not":
            self._negation, self._negations = _WAITING, self._negations + 1
        elif role == "but" or self._negation == _TAKEN:
            self._negation = _OFF
        if role == "free":
            self._free(part)
        elif role == "best":
            self.reading.is_best = True
        elif role in ORDERS:
            self.reading.order = role
        elif role in _YEAR_BEFORE:
            self._bound_last_year(_YEAR_BEFORE[role])
        elif role != "filler":
            self._hint, self._is_named = "by" if role == "from" else role, False
            self._names_maker = role == "by"
        elif self._hint == "by" and self._is_named:  # "by Goodfellow about …": the name has ended
            self._hint = ""

    @property
    def _is_negated(self) -> bool:
        return self._negation != _OFF

    @property
    def _is_known(self) -> bool:
        """Whether the next topic is where one comes from: "I know … and …", "get from … to …".

        Not in "I know …, what next?": what is known is asked about there.
        """
        asks_on = self._asked.variant in ("after", "skip")
        comes_from = self._hint == "by" and self._asked.intent == "path"
        return self._carried == "known" or (self._hint == "known" and not asks_on) or comes_from

    @property
    def _set_apart(self) -> list[Part] | None:
        """Where the next topic belongs that is not asked for but known, or not known; None where it is asked for."""
        if self._is_negated:
            return None
        if self._is_known:
            return self.reading.known_topics
        return self.reading.lacking_topics if "lacking" in (self._hint, self._carried) else None

    def _topic(self, part: Part) -> None:
        """A topic that is both wanted and unwanted cannot be told apart: its second name is not understood."""
        reading = self.reading
        apart = self._set_apart
        if apart is not None and len(apart) < MOST_TOPICS:
            apart.append(part)
            self._carried = "known" if apart is reading.known_topics else "lacking"
            return
        wanted = [known for group in reading.topics for known in group]
        same, opposite = reading.without_topics, wanted
        if not self._is_negated:
            same, opposite = opposite, same
            reading.said.append(Said(part.text, is_filler=False))
        if is_among(part, same):
            return
        if is_among(part, opposite) or len(same) + len(opposite) >= MOST_TOPICS:
            self._lose(part)
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
        hosts = self.reading.without_hosts if self._is_negated else self.reading.hosts
        if len(hosts) >= MOST_PLACES:
            self._lose(part)
        else:
            hosts.append(self._platforms[part.text])

    def _maker(self, part: Part) -> None:
        self._hint, self._names_maker = "by", True
        self._word(Part("word", part.values[0]))

    def _language(self, part: Part) -> None:
        """One language can be asked for, and one refused."""
        languages = self.reading.without_languages if self._is_negated else self.reading.languages
        if languages and part.values[0] not in languages:
            self._lose(part)
        elif not languages:
            languages.append(part.values[0])

    def _year(self, part: Part) -> None:
        if part.kind == "decade":
            first = int(part.text[:-1])
            self.reading.years += [Year(first, "between"), Year(first + _DECADE - 1, "")]
        else:
            role = "" if self._hint == "by" and self._is_named else self._hint  # "by Goodfellow in 2016"
            self.reading.years.append(Year(int(part.text), role))

    def _bound_last_year(self, role: str) -> None:
        """Bound the year before, as "2017 or later" does; without one nothing is said."""
        years = self.reading.years
        if years:
            years[-1] = Year(years[-1].number, role)

    def _minutes(self, part: Part) -> None:
        bound, minutes = part.values
        self.reading.lengths[bound] = int(minutes)

    def _lecture(self, part: Part) -> None:
        self.reading.lectures.append(int(part.values[0]))

    def _level(self, part: Part) -> None:
        self.reading.level = part.values[0]

    def _count(self, part: Part) -> None:
        self.reading.count = int(part.values[0])

    def _free(self, part: Part) -> None:
        if self._is_negated:
            self._lose(part)
        else:
            self.reading.is_free = True

    def _word(self, part: Part) -> None:
        self._is_named = True
        is_wanted = not self._is_negated or self._negations > MOST_NEGATIONS
        unwanted = 0 if is_wanted else self._negations
        for word in part.text.split():
            self.reading.leftovers.append(
                Leftover(word, self._hint, unwanted, is_maker=self._hint == "by" and self._names_maker)
            )
            if not self._is_negated:
                self.reading.said.append(Said(word, is_filler=False))

    def _lose(self, part: Part) -> None:
        self.reading.leftovers += [Leftover(word, is_lost=True) for word in part.text.split()]
