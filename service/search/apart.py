"""Small words that some scripts write together with the next word, taken apart: "בעברית" -> "ב", "עברית"."""

from collections.abc import Collection, Iterator, Sequence

MOST_PREFIXES = 3  # before one word: "ושב..."


def taken_apart(words: Sequence[str], prefixes: Collection[str], known: Collection[str]) -> list[str]:
    """The words, with prefixes taken off those that nothing knows: what is left is known, or of another script."""
    return [piece for word in words for piece in _pieces(word, prefixes, known)]


def _pieces(word: str, prefixes: Collection[str], known: Collection[str]) -> Sequence[str]:
    if word[0].isascii() or word in known:
        return (word,)
    return next(_ways(word, prefixes, known, MOST_PREFIXES), (word,))


def _ways(word: str, prefixes: Collection[str], known: Collection[str], most: int) -> Iterator[Sequence[str]]:
    for prefix in prefixes:
        rest = word.removeprefix(prefix)
        if not rest or rest == word:
            continue
        if rest[0].isascii() or rest in known:
            yield prefix, rest
        elif most > 1:
            yield from ((prefix, *more) for more in _ways(rest, prefixes, known, most - 1))
