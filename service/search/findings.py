"""What was found for a question so far, and whether that settles it."""

from collections.abc import Sequence
from typing import NamedTuple

from service.catalog.names import fold
from service.search.answer import BY_NAMES, Consultation
from service.search.meaning import Meaning
from service.search.rank import NearMiss
from service.search.relax import ENOUGH
from service.search.retrieve import Found

MOST_RELATED = 10  # that are shown


class Findings(NamedTuple):
    """What was found for a question, so far."""

    meaning: Meaning
    found: Found
    near: Sequence[NearMiss]
    consulted: Consultation = BY_NAMES


def is_open(findings: Findings) -> bool:
    """Whether names leave a question open: some of its words name nothing, or hardly anything was found.

    Not one that is a title, as who has that was found; nor one that no resource answers.
    """
    meaning = findings.meaning
    if "title" in meaning.interpretation.filters or meaning.asks_of_catalogue:
        return False
    is_scarce = findings.found.total + len(findings.near) < ENOUGH and not meaning.is_contradictory
    return meaning.unknown_subject or (meaning.has_subject and is_scarce)


def words_of(meaning: Meaning) -> tuple[str, ...]:
    """The words of a question that carry its subject, folded: not what it asks of any subject, such as a media type."""
    interpretation = meaning.interpretation
    named = (topic.matched for topic in interpretation.topics if topic.by != "parameter")
    plain = (word for field, word in meaning.wanted.words if field == "")
    said = (*named, *plain, *interpretation.unknown_words)
    return tuple(dict.fromkeys(word for phrase in said for word in fold(phrase).split()))
