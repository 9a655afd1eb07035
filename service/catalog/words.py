"""The words by which a resource is found: of its title, of who made it, of its host."""

from collections.abc import Iterable, Iterator

from service.catalog.names import fold
from service.catalog.plurals import singular

FIELDS = ("title", "author", "host")
LONGEST_WORD = 40  # characters; what is longer is a hash or a mistake
MOST_WORDS = 60  # of one field: a title longer than that is a paragraph


def finding_words(title: str, makers: Iterable[str], host: str) -> Iterator[tuple[str, str]]:
    """Each (field, word) once: `title`, `author` (who wrote or published it), `host` (the parts of its name).

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
