"""What every command starts from: the settings, and the catalog at its newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session, sessionmaker

from service.catalog.database import open_database, open_sessions
from service.catalog.schema import migrate
from service.config import Settings, bundled


@contextmanager
def open_catalog(settings: Settings) -> Iterator[sessionmaker[Session]]:
    """Sessions on the catalog of these settings; it is created or migrated if need be."""
    engine = open_database(settings.resolved_database_url)
    try:
        migrate(engine, bundled("migrations"))
        yield open_sessions(engine)
    finally:
        engine.dispose()
