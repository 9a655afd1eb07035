"""Whatever curators and pages do in whatever order, the catalog holds what a few lines of plain Python say it must.

`HYPOTHESIS_PROFILE=deep` tries for some minutes.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from curation.resource_story import ResourceStory
from curation.topic_story import TopicStory
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from service.catalog import models
from service.catalog.database import open_database, open_sessions

IS_DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"


class Curation(ResourceStory, TopicStory):
    """All of it."""


BOUNDS = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None, "phases": [Phase.generate]}


def test_any_story_of_acts_and_editions_is_what_the_model_says(migrated_sqlite: Path) -> None:
    bounds = settings(max_examples=500 if IS_DEEP else 12, stateful_step_count=40 if IS_DEEP else 20, **BOUNDS)

    with _empty_sqlite(migrated_sqlite) as made:
        run_state_machine_as_test(made, settings=bounds)


def test_the_same_on_postgresql(postgresql_url: str) -> None:
    bounds = settings(max_examples=50 if IS_DEEP else 2, stateful_step_count=15, **BOUNDS)

    with _emptied(postgresql_url) as made:
        run_state_machine_as_test(made, settings=bounds)


@contextmanager
def _empty_sqlite(migrated: Path) -> Iterator[Callable[[], Curation]]:
    """Makes a machine on a database of its own."""
    engine = open_database("sqlite://")

    def make() -> Curation:
        with closing(sqlite3.connect(migrated)) as empty, closing(engine.raw_connection()) as copy:
            empty.backup(copy.driver_connection)
        return Curation(open_sessions(engine)())

    yield make
    engine.dispose()


@contextmanager
def _emptied(url: str) -> Iterator[Callable[[], Curation]]:
    """Makes a machine on this database, emptied."""
    engine = open_database(url)

    def make() -> Curation:
        with engine.begin() as connection:
            for table in reversed(models.Base.metadata.sorted_tables):
                connection.execute(table.delete())
            connection.execute(models.Revision.__table__.insert().values(id=1, number=0))
        return Curation(open_sessions(engine)())

    yield make
    engine.dispose()
