"""The words by which a resource is found: of its title, of who made it, of its host."""

from collections.abc import Iterable, Iterator

from service.catalog.names import fold
from service.catalog.plurals import singular

FIELDS = ("title", "author", "host")
WHOLE = "whole"  # the field of a whole title, which no single word of a question is looked up in
_WHOLE_SIGN = "="  # begins no word: whole titles stand apart from words, also where these are looked through in order
LONGEST_WHOLE = 200  # characters of a whole title by which it is known
_ARTICLES = ("a", "an", "the")
LONGEST_WORD = 40  # characters; what is longer is a hash or a mistake
MOST_WORDS = 60  # of one field: a title longer than that is a paragraph


def finding_words(title: str, makers: Iterable[str], host: str) -> Iterator[tuple[str, str]]:
    """Each (field, word) once: `title`, `author` (who wrote or published it), `host` (the parts of its name), `whole`.

    A title's words come in singular too: "networks" is found by "network". Names of people have no plural.
    """
    in_title = fold(title).split()[:MOST_WORDS]
    fields = (
        ("title", in_title + list(map(singular, in_title))),
        ("author", fold(" ".join(makers)).split()[:MOST_WORDS]),
        ("host", fold(host).split()),
    )
    for field, words in fields:
        yield from ((field, word) for word in dict.fromkeys(words) if len(word) <= LONGEST_WORD)
    if whole := whole_title(title):
        yield WHOLE, whole


def whole_title(title: str) -> str:
    """What a title is known by as a whole: folded, in singular, without an article before it; "" where nothing is left.

    "A Quick Introduction to Vanilla Neural Networks" -> "=quick introduction to vanilla neural network"
    """
    words = fold(title).split()
    if len(words) > 1 and words[0] in _ARTICLES:
        del words[0]
    return (_WHOLE_SIGN + " ".join(map(singular, words)))[:LONGEST_WHOLE] if words else ""
