"""One graph per database and revision: right in every session, the same object while nothing changes."""

import threading

import pytest
from sqlalchemy import Engine, delete, update
from sqlalchemy.orm import Session

from service import graph
from service.catalog import revisions
from service.catalog.database import open_database, open_sessions
from service.catalog.models import Revision, Topic
from service.catalog.snapshots import Snapshots
from service.catalog.topics import GraphRows
from service.graph import snapshots


def write_topic(session: Session, id: str) -> None:
    revisions.lock(session)
    session.add(Topic(id=id, label=id))
    session.flush()
    revisions.advance(session, "ada", "test", f"topic:{id}", {})


def test_the_same_revision_is_the_same_object(session: Session) -> None:
    assert graph.current(session) is graph.current(session)


def test_a_commit_elsewhere_shows_at_the_next_call(session: Session, engine: Engine) -> None:
    before = graph.current(session)
    other = open_database(engine.url.render_as_string(hide_password=False))  # another worker's engine
    with open_sessions(other)() as writer:
        write_topic(writer, "a")
        writer.commit()
    other.dispose()

    after = graph.current(session)

    assert (list(before.topics), list(after.topics), after.revision) == ([], ["a"], 1)


def test_a_session_sees_its_own_uncommitted_write_and_nobody_else_does(session: Session, engine: Engine) -> None:
    write_topic(session, "a")

    mine = graph.current(session)
    with open_sessions(engine)() as other:
        theirs = graph.current(other)

    assert (list(mine.topics), list(theirs.topics)) == (["a"], [])


def test_what_was_rolled_back_leaves_no_trace(session: Session) -> None:
    write_topic(session, "a")
    graph.current(session)
    session.rollback()
    write_topic(session, "b")  # the same revision number, other content
    session.commit()

    assert list(graph.current(session).topics) == ["b"]


def test_a_commit_in_the_middle_of_reading_is_read_again(
    session: Session, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = snapshots.graph_rows

    def read_while_another_commits(reader: Session) -> GraphRows:
        rows = read(reader)
        monkeypatch.setattr(snapshots, "graph_rows", read)
        with open_sessions(engine)() as writer:
            write_topic(writer, "a")
            writer.commit()
        return rows

    monkeypatch.setattr(snapshots, "graph_rows", read_while_another_commits)

    found = graph.current(session)

    assert (found.revision, list(found.topics)) == (1, ["a"])


def test_many_threads_share_one_graph(engine: Engine) -> None:
    found = []

    def ask() -> None:
        with open_sessions(engine)() as session:
            found.append(graph.current(session))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len({id(each) for each in found}) == 1


def test_a_request_keeps_the_revision_it_began_on(engine: Engine) -> None:
    reads = Snapshots(engine)
    with reads.open() as early:
        before = graph.current(early)
        with open_sessions(engine)() as writer:
            write_topic(writer, "a")
            writer.commit()
        with reads.open() as late:
            after = graph.current(late)

        again = graph.current(early)

    reads.close()
    assert (before.revision, after.revision, list(after.topics)) == (0, 1, ["a"])
    assert again is before


def test_a_database_restored_to_an_earlier_revision_is_read_again(session: Session) -> None:
    for id in "abc":
        write_topic(session, id)
        session.commit()
        graph.current(session)
    session.execute(delete(Topic))
    session.execute(update(Revision).values(number=1))
    session.commit()

    assert list(graph.current(session).topics) == []
