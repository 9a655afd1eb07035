"""What every command starts from: the settings, and the catalog at its newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session, sessionmaker

from service.catalog.database import open_database, open_sessions, place_of
from service.catalog.schema import migrate
from service.config import PREFIX, Settings, bundled


@contextmanager
def open_catalog(settings: Settings, tells_new: bool = True) -> Iterator[sessionmaker[Session]]:
    """Sessions on the catalog of these settings; it is created or migrated if need be.

    That it was created is told: whoever asks it from another folder than the server's would wonder where all is.
    """
    engine = open_database(settings.resolved_database_url)
    try:
        is_new = migrate(engine, bundled("migrations"))
        if is_new and tells_new:
            where = f"{PREFIX}STATE_DIR or {PREFIX}DATABASE_URL says where another is"
            click.echo(f"A new, empty catalog was made at {place_of(engine)} ({where}).", err=True)
        yield open_sessions(engine)
    finally:
        engine.dispose()
