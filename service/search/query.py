"""What is asked: the words of the question, and what the caller narrows it to besides."""

from typing import NamedTuple

from service.search.before import Before


class Query(NamedTuple):
    """A question. The fields beside `q` narrow the answer whatever `q` says."""

    q: str
    media_types: tuple[str, ...] = ()  # any of these
    topic: str | None = None  # a topic's id or name
    language: str | None = None  # BCP 47
    year_min: int | None = None
    limit: int = 20
    after: int = 0  # the number of the last resource of the stretch before
    correct: bool = True  # False: misspelled words stay as they are written
    before: Before | None = None  # in a conversation: what was asked last
