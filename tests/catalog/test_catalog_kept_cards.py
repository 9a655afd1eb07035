"""Cards in memory: as many as fit, of one revision."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from service.catalog import revisions
from service.catalog.kept_cards import KeptCards
from service.catalog.models import Resource
from service.catalog.numbered_cards import MOST_CARDS, cards
from service.catalog.snapshots import Snapshots


@pytest.fixture
def shelf(session: Session) -> Session:
    for number in (1, 2, 3):
        card = f'{{"title": "{number}"}}'
        session.add(Resource(number=number, id=f"{number}", url="", host="", title="", media_type="video", card=card))
    revisions.advance(session, "test", "ingest", "page:lectures", {})
    session.commit()
    return session


@pytest.fixture
def snapshots(engine: Engine) -> Iterator[Snapshots]:
    snapshots = Snapshots(engine, max_card_bytes=1_000)
    yield snapshots
    snapshots.close()


def test_what_fits_is_kept_and_what_does_not_is_left_out() -> None:
    kept = KeptCards(max_bytes=200)

    kept.keep({1: b"one", 2: b"two"})
    kept.keep({3: b"three" * 100})
    kept.keep({4: b"four"})

    assert kept.find([4, 3, 2, 1]) == [b"four", None, b"two", b"one"]


@pytest.mark.parametrize("asked", [[1, 2, 3], [3, 1], [], [2]])
def test_cards_come_in_the_order_asked_for_whether_or_not_they_were_read_before(
    shelf: Session, snapshots: Snapshots, asked: list[int]
) -> None:
    expected = [f'{{"title": "{number}"}}'.encode() for number in asked]

    with snapshots.open() as snapshot:
        cards(snapshot, [2])
        found = [cards(snapshot, asked) for _ in range(2)]

    assert found == [expected, expected]
    assert cards(shelf, asked) == expected


def test_a_new_revision_forgets_the_old_ones_cards(shelf: Session, snapshots: Snapshots) -> None:
    with snapshots.open() as before:
        old = cards(before, [1])
    shelf.execute(update(Resource).where(Resource.number == 1).values(card="{}"))
    revisions.advance(shelf, "test", "edit", "resource:1", {})
    shelf.commit()

    with snapshots.open() as after:
        new = cards(after, [1])

    assert (old, new) == ([b'{"title": "1"}'], [b"{}"])


def test_more_cards_than_one_statement_reads_come_all_the_same(session: Session) -> None:
    numbers = range(1, MOST_CARDS + 2)
    for number in numbers:
        session.add(Resource(number=number, id=f"{number}", url="", host="", title="", media_type="video", card="{}"))
    session.flush()

    assert len(cards(session, numbers)) == len(numbers)
