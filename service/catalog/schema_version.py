"""Whether the schema is the newest, without alembic, which takes longer to load than a question to answer."""

from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

_FOUND = text("SELECT version_num FROM alembic_version")


def newest_version(migrations: Path) -> str:
    """The schema that the last migration makes: their files are named by them, in order."""
    return max(path.name for path in (migrations / "versions").glob("[0-9]*.py")).partition("_")[0]


def is_newest(engine: Engine, migrations: Path) -> bool:
    """Whether the database has that schema; False also where it has none."""
    with engine.connect() as connection:
        try:
            found = connection.scalars(_FOUND).all()
        except DBAPIError:
            return False
    return found == [newest_version(migrations)]
