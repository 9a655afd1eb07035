"""All tables of one moment, row by row, at whatever schema the database has; and a catalog made of such rows.

The tables are asked of the database itself, so that an older schema is read and written like the newest.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, Table, column, func, inspect, select, table, text
from sqlalchemy.exc import DBAPIError

from service.catalog.models import Base
from service.catalog.raw_values import Row, decoder, encoder, selected, stored_type
from service.catalog.schema import changing_schema, upgrade
from service.errors import Unavailable

STRETCH = 1000  # rows in memory at a time
_VERSION = "alembic_version"


class RawReader:
    """The tables of a database, as they were when this was opened, whatever others write meanwhile."""

    def __init__(self, connection: Connection, schema: str) -> None:
        self._connection = connection
        self._tables = _tables(connection)
        self.schema = schema
        self.revision: int = connection.execute(select(column("number")).select_from(table("revision"))).scalar_one()

    @property
    def columns(self) -> Mapping[str, Sequence[str]]:
        """The names of each table's columns; tables in an order in which they can be written."""
        return _columns(self._tables)

    def count(self, name: str) -> int:
        """How many rows a table has."""
        return _count(self._connection, self._tables[name])

    def rows(self, name: str) -> Iterator[Row]:
        """A table's rows in the order of their keys."""
        found = self._tables[name]
        encoders = [encoder(column) for column in found.columns]
        query = select(*map(selected, found.columns)).order_by(*found.primary_key.columns)
        result = self._connection.execution_options(yield_per=STRETCH).execute(query)
        for row in result:
            yield [encode(value) for encode, value in zip(encoders, row, strict=True)]


class RawWriter:
    """A catalog that is made anew; all of it comes at once, when the block that opened this has ended."""

    def __init__(self, connection: Connection, migrations: Path) -> None:
        self._connection = connection
        self._migrations = migrations
        self._tables = _tables(connection)

    def is_empty(self) -> bool:
        """Whether the database holds nothing of ours that could be lost."""
        return not any(_count(self._connection, found) for name, found in self._tables.items() if name != "revision")

    def build(self, schema: str) -> None:
        """Drop all that is ours, and make the empty tables of a schema."""
        metadata = next(iter(self._tables.values())).metadata if self._tables else MetaData()
        metadata.drop_all(self._connection, list(self._tables.values()))
        self._connection.execute(text(f"DROP TABLE IF EXISTS {_VERSION}"))
        upgrade(self._connection, self._migrations, schema)
        self._tables = _tables(self._connection)
        for found in reversed(list(self._tables.values())):  # a schema may come with a row or two
            self._connection.execute(found.delete())

    @property
    def columns(self) -> Mapping[str, Sequence[str]]:
        """As `RawReader.columns`."""
        return _columns(self._tables)

    def write(self, name: str, rows: Iterable[Row]) -> None:
        """Write a table's rows, as `RawReader.rows` gave them."""
        found = self._tables[name]
        names = [column.name for column in found.columns]
        decoders = [decoder(column) for column in found.columns]
        plain = table(name, *(column(c.name, stored_type(c)) for c in found.columns))
        rest = iter(rows)
        while stretch := list(islice(rest, STRETCH)):
            values = [{n: decode(v) for n, decode, v in zip(names, decoders, row, strict=True)} for row in stretch]
            self._connection.execute(plain.insert(), values)

    def finish(self) -> None:
        """Bring the schema up to the newest, and let new rows have numbers of their own."""
        upgrade(self._connection, self._migrations)
        if self._connection.dialect.name == "postgresql":
            for found in _tables(self._connection).values():
                _continue_numbers(self._connection, found)


@contextmanager
def reading(engine: Engine) -> Iterator[RawReader]:
    """One moment of the database; Unavailable when it holds no catalog."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    is_sqlite = engine.dialect.name == "sqlite"
    with _told(), engine.connect().execution_options(**{} if is_sqlite else options) as connection:
        if is_sqlite:
            connection.exec_driver_sql("BEGIN")  # Python would begin none for reads
        schema = MigrationContext.configure(connection).get_current_revision()
        if schema is None:
            raise Unavailable("There is no catalog in this database.")
        yield RawReader(connection, schema)


@contextmanager
def replacing(engine: Engine, migrations: Path) -> Iterator[RawWriter]:
    """One transaction: what is written comes as a whole, or what was there stays."""
    with _told(), changing_schema(engine) as connection:
        yield RawWriter(connection, migrations)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:  # a full disk, a database that is away or busy
        raise Unavailable(f"The database says: {error.orig}. Nothing was changed.") from error


def _tables(connection: Connection) -> Mapping[str, Table]:
    """Our tables, in an order in which rows can be written; a database may hold others."""
    there = set(inspect(connection).get_table_names()) & Base.metadata.tables.keys()
    metadata = MetaData()
    metadata.reflect(connection, only=sorted(there))
    return {found.name: found for found in metadata.sorted_tables}


def _columns(tables: Mapping[str, Table]) -> Mapping[str, Sequence[str]]:
    return {name: [column.name for column in found.columns] for name, found in tables.items()}


def _count(connection: Connection, found: Table) -> int:
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def _continue_numbers(connection: Connection, found: Table) -> None:
    """PostgreSQL counts beside the table: it must know which numbers are taken."""
    numbers = found.autoincrement_column
    if numbers is None:
        return
    sequence = connection.execute(select(func.pg_get_serial_sequence(f'"{found.name}"', numbers.name))).scalar_one()
    highest = connection.execute(select(func.max(numbers))).scalar_one()
    if sequence and highest is not None:
        connection.execute(select(func.setval(sequence, highest)))
