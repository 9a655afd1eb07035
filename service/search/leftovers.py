"""Words that are in no list: the catalog tells whether a resource has them, in its title, maker's name or host."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from service.search.reading import Leftover

FieldsWith = Callable[[Sequence[str]], Mapping[str, Set[str]]]  # where each word stands in active resources

MOST_LOOKED_UP = 8  # different words of one question; the rest counts as unknown


@dataclass(frozen=True)
class Settled:
    """The words by what they turned out to be, in the question's order."""

    plain: tuple[str, ...] = ()  # in a title, and perhaps elsewhere
    author: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


NOTHING = Settled()


def settle(leftovers: Sequence[Leftover], fields_with: FieldsWith) -> Settled:
    """Look the words up; those that no resource has, and those that are excluded, are unknown."""
    if not leftovers:
        return NOTHING
    words = list(dict.fromkeys(leftover.word for leftover in leftovers if leftover.hint != "not"))
    where = fields_with(words[:MOST_LOOKED_UP])
    kinds: dict[str, list[str]] = {"plain": [], "author": [], "host": [], "unknown": []}
    for leftover in dict.fromkeys(leftovers):
        kinds[_kind(leftover, where.get(leftover.word, frozenset()))].append(leftover.word)
    return Settled(**{kind: tuple(dict.fromkeys(found)) for kind, found in kinds.items()})


def _kind(leftover: Leftover, fields: Set[str]) -> str:
    if not fields or leftover.hint == "not":
        return "unknown"
    if "author" in fields and (leftover.hint == "by" or fields == {"author"}):
        return "author"
    return "host" if fields == {"host"} else "plain"
