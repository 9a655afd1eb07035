"""Lazy sessions: they notice each write, whoever makes it, and ask the database nothing while there is none."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.catalog.database import open_database
from service.catalog.models import Revision
from service.catalog.prepared import Prepared
from service.catalog.reader import Moved
from service.catalog.snapshots import Snapshots
from service.catalog.wal_index import wal_index

WRITE = "UPDATE revision SET number = number + 1"
# What others do to a database, and how often the revision grows by it.
ACTS = {
    WRITE: 1,
    "PRAGMA wal_checkpoint(PASSIVE)": 0,
    "PRAGMA wal_checkpoint(RESTART)": 0,
    "PRAGMA wal_checkpoint(TRUNCATE)": 0,
    "VACUUM": 0,
}


@pytest.fixture
def snapshots(engine: Engine) -> Iterator[Snapshots]:
    snapshots = Snapshots(engine, is_for_good=True)
    yield snapshots
    snapshots.close()


def driver_of(session: Session) -> Any:
    return session.connection().connection.dbapi_connection


def revision_of(snapshots: Snapshots) -> int:
    with snapshots.open(is_lazy=True) as session:
        return int(session.info["revision"])


def write(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(WRITE)


def test_a_lazy_session_asks_sqlite_nothing_until_somebody_writes(sqlite_url: str) -> None:
    engine = open_database(sqlite_url)
    asked: list[str] = []
    snapshots = Snapshots(engine, is_for_good=True)
    before = [revision_of(snapshots) for _ in range(3)]
    with snapshots.open(is_lazy=True) as session:
        driver_of(session).set_trace_callback(asked.append)

    unchanged = revision_of(snapshots)
    asked_by_then = list(asked)
    write(engine)
    changed = revision_of(snapshots)

    assert (unchanged, changed) == (before[-1], before[-1] + 1)
    assert (asked_by_then, len(asked)) == ([], 1)
    snapshots.close()
    engine.dispose()


def test_it_reads_what_is_there_when_it_is_read_at_last(engine: Engine, snapshots: Snapshots) -> None:
    revisions = [revision_of(snapshots) for _ in range(3)]

    with snapshots.open(is_lazy=True) as session:
        assert Prepared(select(Revision.number)).rows(session) == [(revisions[-1],)]
        assert session.scalar(select(Revision.number)) == revisions[-1]
        write(engine)
        assert session.scalar(select(Revision.number)) == revisions[-1]

    assert revision_of(snapshots) == revisions[-1] + 1


def test_it_does_not_go_on_in_another_revision_than_it_began_in(sqlite_url: str) -> None:
    engine = open_database(sqlite_url)
    snapshots = Snapshots(engine, is_for_good=True)
    [revision_of(snapshots) for _ in range(3)]

    with snapshots.open(is_lazy=True) as session:
        write(engine)
        with pytest.raises(Moved):
            Prepared(select(Revision.number)).rows(session)
        with pytest.raises(Moved):
            session.scalar(select(Revision.number))

    assert revision_of(snapshots) == session.info["revision"]
    snapshots.close()
    engine.dispose()


@pytest.mark.parametrize("is_for_good", [True, False])
def test_it_sees_what_another_process_writes(sqlite_url: str, is_for_good: bool) -> None:
    engine = open_database(sqlite_url)
    snapshots = Snapshots(engine, is_for_good=is_for_good)
    before = [revision_of(snapshots) for _ in range(3)][-1]
    script = f"import sqlite3; db = sqlite3.connect({engine.url.database!r}); db.execute({WRITE!r}); db.commit()"

    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)

    assert revision_of(snapshots) == before + 1
    snapshots.close()
    engine.dispose()


@given(st.lists(st.sampled_from(list(ACTS)), max_size=12))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_others_do_it_knows_the_revision(sqlite_url: str, acts: list[str]) -> None:
    engine = open_database(sqlite_url)
    snapshots = Snapshots(engine, is_for_good=True)
    expected = revision_of(snapshots)
    other = sqlite3.connect(str(engine.url.database), isolation_level=None)

    for act in acts:
        other.execute(act)
        expected += ACTS[act]
        assert [revision_of(snapshots), revision_of(snapshots)] == [expected] * 2

    other.close()
    snapshots.close()
    engine.dispose()


def test_without_a_write_ahead_log_there_is_no_index(tmp_path: Path) -> None:
    database = tmp_path / "rollback.db"
    sqlite3.connect(database).execute("CREATE TABLE t (a)").connection.close()

    assert wal_index(str(database)) is None
