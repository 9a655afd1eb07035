"""What was asked before, in a conversation: what the next question leaves out, it takes from here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from service.catalog.wanted import Words


@dataclass(frozen=True)
class Before:
    """The last question's meaning, as far as the next one may lean on it. Made to be kept as JSON."""

    intent: str = "unknown"
    variant: str = ""
    topics: tuple[tuple[str, ...], ...] = ()  # as named: one of each group was asked for
    words: Words = ()  # of titles, makers and hosts
    places: tuple[str, ...] = ()  # alternatives: hosts, or words of such
    unknown: tuple[str, ...] = ()  # words that name nothing, where no topic was named: what was asked about
    text: str = ""
    media_types: tuple[str, ...] = ()
    language: str | None = None
    year_min: int | None = None
    year_max: int | None = None
    minutes_min: float | None = None
    minutes_max: float | None = None
    is_free: bool = False
    level: str = ""
    order: str = ""  # what was to come first
    after: int | None = None  # where the stretch that was looked through ended; None: nothing comes after it
    since: int = 0  # where that stretch began
    shown: tuple[str, ...] = ()  # the resources that the last answer showed, by id, in its order
    seen: tuple[str, ...] = ()  # those that answers before it showed, where it went on from these
    at: tuple[str, ...] = ()  # of the shown ones, the one that was looked at: "it"
    told: tuple[str, ...] = ()  # the topics that the last answer told one by one: steps, neighbours

    @property
    def asked(self) -> tuple[object, ...]:
        """What was asked for, whatever was answered."""
        constraints = (self.language, self.year_min, self.year_max, self.minutes_min, self.minutes_max, self.is_free)
        return (self.topics, self.words, self.places, self.unknown, self.media_types, self.order, *constraints)

    def as_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return asdict(self)


def from_json(kept: Mapping[str, Any]) -> Before:
    """Read what was kept."""
    lists = {
        "topics": tuple(map(tuple, kept["topics"])),
        "words": tuple((field, word) for field, word in kept["words"]),
        "media_types": tuple(kept["media_types"]),
    }
    lists |= {name: tuple(kept.get(name, ())) for name in ("places", "unknown", "shown", "seen", "at", "told")}
    return Before(**{**kept, **lists})
