"""Connections: as many as threads need, and none that waits for ever."""

from contextlib import ExitStack
from unittest.mock import patch

import pytest
from sqlalchemy import Engine

from service.catalog import database, revisions
from service.catalog.database import open_database, open_sessions, writing
from service.catalog.snapshots import Snapshots
from service.errors import Unavailable


def test_any_number_of_readers_leaves_writers_their_connection(engine: Engine) -> None:
    snapshots = Snapshots(engine)
    with ExitStack() as reading:
        for _ in range(20):
            reading.enter_context(snapshots.open())

        with writing(open_sessions(engine)) as session:
            revisions.lock(session)

    snapshots.close()


def test_a_writer_waits_for_another_one_only_so_long(database_url: str) -> None:
    bounds = database._BOUNDS | {"options": "-c lock_timeout=200"}
    pragmas = (*database._PRAGMAS, "PRAGMA busy_timeout = 200")
    with patch.object(database, "_BOUNDS", bounds), patch.object(database, "_PRAGMAS", pragmas):
        engine = open_database(database_url)
        sessions = open_sessions(engine)
        with sessions() as other:
            revisions.lock(other)

            with pytest.raises(Unavailable), writing(sessions) as session:
                revisions.lock(session)

    engine.dispose()
