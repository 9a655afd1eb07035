"""A process that is killed in the middle of an ingest leaves the catalog as it was, and the next one succeeds."""

import os
import signal
from typing import Any

import pytest
from sqlalchemy import event, func, select

from service.catalog import revisions
from service.catalog.database import open_database, open_sessions
from service.catalog.models import Heading, Mention, Resource, Topic
from service.catalog.vocabulary import Vocabulary
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions

FIRST = "# Trees\n\n## Oaks\n* [Oaks, a paper](https://example.org/oaks)\n"
SECOND = FIRST + "".join(f"\n## Tree {n}\n* [Tree {n}, a paper](https://example.org/{n})\n" for n in range(20))


def _ingest(url: str, text: str, vocabulary: Vocabulary, kill_before_statement: int | None = None) -> None:
    engine = open_database(url)
    statements = 0

    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1
        if statements == kill_before_statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count)
    with open_sessions(engine)() as session:
        ingest(session, PageContent("trees", "trees.md", text.encode()), vocabulary, IngestOptions())
        if kill_before_statement == AT_COMMIT:
            session.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        session.commit()
    engine.dispose()


AT_COMMIT = -1


def _held(url: str) -> tuple[int, ...]:
    engine = open_database(url)
    with open_sessions(engine)() as session:
        counts = [session.scalar(select(func.count()).select_from(t)) for t in (Topic, Heading, Resource, Mention)]
        held = (revisions.current(session), *(count or 0 for count in counts))
    engine.dispose()
    return held


@pytest.mark.parametrize("statement", [2, 8, 30, 60, AT_COMMIT])
def test_a_killed_ingest_leaves_nothing_half_written(sqlite_url: str, vocabulary: Vocabulary, statement: int) -> None:
    _ingest(sqlite_url, FIRST, vocabulary)
    child = os.fork()
    if child == 0:
        _ingest(sqlite_url, SECOND, vocabulary, statement)
        os._exit(0)  # not reached: the child is killed before

    _, status = os.waitpid(child, 0)

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert _held(sqlite_url) == (1, 1, 1, 1, 1)
    _ingest(sqlite_url, SECOND, vocabulary)
    assert _held(sqlite_url) == (2, 21, 21, 21, 21)
