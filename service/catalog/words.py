"""The words by which a resource is found: of its title, of who made it, of its host."""

from collections.abc import Iterable, Iterator

from service.catalog.names import fold

FIELDS = ("title", "author", "host")
LONGEST_WORD = 40  # characters; what is longer is a hash or a mistake
MOST_WORDS = 60  # of one field: a title longer than that is a paragraph


def finding_words(title: str, makers: Iterable[str], host: str) -> Iterator[tuple[str, str]]:
    """Each (field, word) once: `title`, `author` (who wrote or published it), `host` (the parts of its name)."""
    for field, text in (("title", title), ("author", " ".join(makers)), ("host", host)):
        for word in dict.fromkeys(fold(text).split()[:MOST_WORDS]):
            if len(word) <= LONGEST_WORD:
                yield field, word
