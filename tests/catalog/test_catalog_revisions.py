"""The revision is the name of every read model: it grows with writes, and with nothing else."""

from sqlalchemy.orm import Session

from service.catalog import revisions


def test_a_new_catalog_is_at_revision_zero(session: Session) -> None:
    assert revisions.current(session) == 0


def test_a_write_moves_the_revision_on_by_one(session: Session) -> None:
    revisions.lock(session)

    number = revisions.advance(session, "ada", "ingest", "page:x", {})
    session.commit()

    assert (number, revisions.current(session)) == (1, 1)


def test_a_write_that_is_rolled_back_leaves_the_revision(session: Session) -> None:
    revisions.lock(session)
    revisions.advance(session, "ada", "ingest", "page:x", {})

    session.rollback()

    assert revisions.current(session) == 0
