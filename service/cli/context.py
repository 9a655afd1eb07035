"""What every command starts from: the settings, and the catalog at its newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from service.catalog.database import open_database, open_sessions, place_of
from service.catalog.schema_version import is_newest
from service.config import PREFIX, Settings, bundled


@contextmanager
def open_catalog(settings: Settings, tells_new: bool = True) -> Iterator[sessionmaker[Session]]:
    """Sessions on the catalog of these settings; it is created or migrated if need be.

    That it was created is told: whoever asks it from another folder than the server's would wonder where all is.
    """
    engine = open_database(settings.resolved_database_url)
    try:
        if not is_newest(engine, bundled("migrations")) and _migrate(engine) and tells_new:
            where = f"{PREFIX}STATE_DIR or {PREFIX}DATABASE_URL says where another is"
            click.echo(f"A new, empty catalog was made at {place_of(engine)} ({where}).", err=True)
        yield open_sessions(engine)
    finally:
        engine.dispose()


def _migrate(engine: Engine) -> bool:
    from service.catalog.schema import migrate  # noqa: PLC0415  # alembic, which few calls need

    return migrate(engine, bundled("migrations"))
