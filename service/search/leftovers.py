"""Words that are in no list: the catalog tells whether a resource has them, in its title, maker's name or host."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from service.catalog.wanted import Words
from service.search.reading import Leftover

FieldsWith = Callable[[Sequence[str]], Mapping[str, Set[str]]]  # where each word stands in active resources

SHORTEST_HOST = 3  # letters of a word that means a place without being called one: "co" of example.co does not
MOST_LOOKED_UP = 8  # different words of one question; the rest counts as unknown


@dataclass(frozen=True)
class Settled:
    """The words by what they turned out to be, in the question's order."""

    plain: tuple[str, ...] = ()  # in a title, and perhaps elsewhere
    author: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unknown_maker: tuple[str, ...] = ()  # of the unknown ones, those that were to name who made it
    unwanted: tuple[Words, ...] = ()  # what is not wanted has all words of one of these

    @property
    def unwanted_names(self) -> list[str]:
        """What is not wanted, as it was said."""
        return [" ".join(word for _, word in words) for words in self.unwanted]


NOTHING = Settled()


def settle(leftovers: Sequence[Leftover], fields_with: FieldsWith) -> Settled:
    """Look the words up; those that no resource has are unknown, unless they are not wanted anyway."""
    if not leftovers:
        return NOTHING
    words = list(dict.fromkeys(leftover.word for leftover in leftovers if not leftover.is_lost))
    where = fields_with(words[:MOST_LOOKED_UP])
    kinds: dict[str, list[str]] = {"plain": [], "author": [], "host": [], "unknown": []}
    unwanted: dict[int, list[tuple[str, str]]] = {}
    for leftover in dict.fromkeys(leftovers):
        kind = _kind(leftover, where.get(leftover.word, frozenset()))
        if leftover.unwanted:
            field = kind if kind in ("author", "host") else ""
            unwanted.setdefault(leftover.unwanted, []).append((field, leftover.word))
        else:
            kinds[kind].append(leftover.word)
    found = {kind: tuple(dict.fromkeys(several)) for kind, several in kinds.items()}
    makers = {leftover.word for leftover in leftovers if leftover.is_maker}
    unknown_maker = tuple(word for word in found["unknown"] if word in makers)
    return Settled(**found, unknown_maker=unknown_maker, unwanted=tuple(map(tuple, unwanted.values())))


def _kind(leftover: Leftover, fields: Set[str]) -> str:
    if not fields or leftover.is_lost:
        return "unknown"
    if "author" in fields and (leftover.hint == "by" or fields == {"author"}):
        return "author"
    if fields == {"host"}:
        return "host" if len(leftover.word) >= SHORTEST_HOST or leftover.hint in ("on", "by") else "unknown"
    return "plain"
