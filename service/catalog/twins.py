"""Resources that are probably one: the same title, or an address that mirrors the other's."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from service.catalog import proposals
from service.catalog.facts import WEAK_TITLE
from service.catalog.mirrors import mirrors
from service.catalog.models import Mention, Resource, ResourceWord
from service.catalog.names import fold
from service.catalog.refresh import batches
from service.catalog.resources import records

TWINS = "same_resource"  # the question whether two are one
# How sure we are that the two are not one.
MIRRORED = 0.1
SAME_TITLE = 0.3
SAME_TITLE_OTHER_TYPE = 0.6  # a talk is often called as its paper
FEWEST_WORDS = 2  # of a title that tells two things apart: not "Slides"
MOST_ALIKE = 3  # resources with one title: more of them share a common name ("Lecture 1"), not a subject


@dataclass(frozen=True)
class Twin:
    """A resource that is probably an older one again."""

    id: str
    other: str  # the older one's
    why: str
    confidence: float  # that they are two, 0..1


def twins_of_page(session: Session, page_id: str) -> list[Twin]:
    """The twins among the page's resources, and of them elsewhere; each pair once, for its surest reason."""
    return twins_of(session, set(session.scalars(_numbers(page_id))))


def twins_of(session: Session, numbers: Collection[int]) -> list[Twin]:
    """The twins among these resources, and of them elsewhere; each pair once, for its surest reason."""
    asked = _resources(session, numbers)
    found: dict[tuple[int, int], Twin] = {}
    for one, other, why, confidence in [*_mirrored(session, asked), *_titled_alike(session, asked)]:
        older, newer = sorted((one, other), key=lambda resource: resource.number)
        found.setdefault((older.number, newer.number), Twin(newer.id, older.id, why, confidence))
    return list(found.values())


def close_parted(session: Session, ids: Collection[str]) -> bool:
    """Ask no longer, of any of these and another, whether they are one, where nothing speaks for it any more.

    Tells whether it was asked of any.
    """
    pairs = proposals.open_pairs(session, TWINS, ids)
    ends = sorted({id for pair in pairs.values() for id in pair})
    numbers = {record.number for record in records(session, ends).values()}
    twins = {proposals.pair_key(TWINS, twin.id, twin.other) for twin in twins_of(session, numbers)}
    return proposals.close(session, pairs.keys() - twins)


Reason = tuple[Resource, Resource, str, float]


def _numbers(page_id: str) -> Select[int]:
    return select(Mention.resource_number).where(Mention.page_id == page_id)


def _resources(session: Session, numbers: Collection[int]) -> list[Resource]:
    """The active ones."""
    found: list[Resource] = []
    for batch in batches(sorted(numbers)):
        found += session.scalars(select(Resource).where(Resource.number.in_(batch), Resource.status == "active"))
    return found


def _mirrored(session: Session, asked: Sequence[Resource]) -> Iterator[Reason]:
    by_address: dict[str, list[Resource]] = defaultdict(list)
    for resource in asked:
        for id in mirrors(resource.url):
            by_address[id].append(resource)
    for batch in batches(sorted(by_address)):
        known = session.scalars(select(Resource).where(Resource.id.in_(batch), Resource.status == "active"))
        for other in known:
            for one in by_address[other.id]:
                if one.number != other.number:  # after a merge, it may be shown at a mirror of what its id stands for
                    yield one, other, f"{one.host} and {other.host} probably show the same", MIRRORED


def _titled_alike(session: Session, asked: Sequence[Resource]) -> Iterator[Reason]:
    titles = {resource.number: fold(resource.title) for resource in asked if _is_telling(resource)}
    candidates = _with_words(session, _rarest_words(session, set(titles.values())))
    by_title: dict[str, list[Resource]] = defaultdict(list)
    for resource in _resources(session, candidates):
        if _is_telling(resource):
            by_title[fold(resource.title)].append(resource)
    for one in asked:
        alike = by_title.get(titles.get(one.number, ""), [])
        if len(alike) <= MOST_ALIKE:
            for other in alike:
                if other.number != one.number:
                    sure = SAME_TITLE if one.media_type == other.media_type else SAME_TITLE_OTHER_TYPE
                    yield one, other, "Both have the same title", sure


def _is_telling(resource: Resource) -> bool:
    is_stated = resource.facts["title_evidence"]["confidence"] >= WEAK_TITLE
    return is_stated and len(fold(resource.title).split()) >= FEWEST_WORDS


def _rarest_words(session: Session, titles: Collection[str]) -> set[str]:
    """One word of each title, of which the fewest resources have to be looked at."""
    words = {word for title in titles for word in title.split()}
    counts = _counts(session, words)
    rarest = (min(filter(counts.__contains__, title.split()), key=counts.__getitem__, default="") for title in titles)
    return set(rarest) - {""}


def _counts(session: Session, words: Collection[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for batch in batches(sorted(words)):
        in_titles = select(ResourceWord.word, func.count()).where(ResourceWord.word.in_(batch), _IN_TITLE)
        counted.update({row[0]: row[1] for row in session.execute(in_titles.group_by(ResourceWord.word))})
    return counted


def _with_words(session: Session, words: Collection[str]) -> set[int]:
    found: set[int] = set()
    for batch in batches(sorted(words)):
        in_titles = select(ResourceWord.resource_number).where(ResourceWord.word.in_(batch), _IN_TITLE)
        found.update(session.scalars(in_titles))
    return found


_IN_TITLE = ResourceWord.field == "title"
