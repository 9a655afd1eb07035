"""What every command starts from: the settings, and the catalog at its newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import URL
from sqlalchemy.orm import Session, sessionmaker

from service.catalog.database import open_database, open_sessions
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
            click.echo(f"A new, empty catalog was made at {_place(engine.url)} ({where}).", err=True)
        yield open_sessions(engine)
    finally:
        engine.dispose()


def _place(url: URL) -> str:
    """Where a database is, as its operator finds it."""
    return str(Path(url.database or "").resolve()) if url.get_backend_name() == "sqlite" else url.render_as_string()
