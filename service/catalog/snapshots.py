"""Short reads, many of them: connections that stay open, statements compiled once, one revision for each request.

A `Session` that `Snapshots.open` lends sees one revision from start to end, whatever others write meanwhile.
What is true of a revision can be kept until the next one with `remember`.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from mmap import mmap
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Select, String, cast, event, func, literal_column, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.catalog.kept_cards import KeptCards
from service.catalog.wal_index import HEADER, wal_index
from service.errors import Unavailable

T = TypeVar("T")

BETWEEN = "\x1e"  # the record separator, which stands in no JSON text, no name and no id
MEMORIES = 20_000  # answers kept in one revision: totals and the like, some hundred bytes each

_REVISION = "SELECT number FROM revision"
# One round trip on PostgreSQL. On SQLite a SELECT that has not come to its end keeps what is seen as it is: one
# statement instead of BEGIN, SELECT and ROLLBACK.
_BEGIN = {
    "sqlite": f"{_REVISION} UNION ALL {_REVISION}",
    "postgresql": f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {_REVISION}",
}


class Prepared:
    """A select of text and whole numbers that is compiled once per database and run by the driver.

    SQLAlchemy's own way costs five to ten times more than these short statements themselves. Types that the
    driver does not know (JSON, times, booleans on SQLite) come back raw: select none of them here.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, session: Session, **parameters: Any) -> list[Any]:
        """Run it; each row is a tuple."""
        reader: _Reader | None = session.info.get("reader")
        if reader is None:
            return list(session.execute(self._statement, parameters).all())
        compiled = self._compiled.get(session.info["dialect"]) or self._compile(session)
        values: Any = {**compiled.constants, **parameters}
        if compiled.order is not None:
            values = [values[name] for name in compiled.order]
        return reader.rows(compiled.sql, values)

    def _compile(self, session: Session) -> "_Compiled":
        dialect = session.get_bind().dialect
        compiled = self._statement.compile(dialect=dialect)
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        order = None if compiled.positiontup is None else tuple(compiled.positiontup)
        self._compiled[dialect.name] = _Compiled(str(compiled), constants, order)
        return self._compiled[dialect.name]


class Gathered:
    """A select, `Prepared`, of text and whole numbers that are never null, whose rows come as one.

    For each row that is fetched the driver lets other threads of the process run, and waits for its turn again. With
    many requests under way that costs more than the rows themselves.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        rows = statement.subquery("gathered")
        between: Any = literal_column(f"'{BETWEEN}'")
        columns = (func.aggregate_strings(_as_text(column), between) for column in rows.c)
        self._statement = Prepared(select(*columns))

    def columns(self, session: Session, **parameters: Any) -> list[list[str]]:
        """Run it; all rows, column by column, as texts."""
        (gathered,) = self._statement.rows(session, **parameters)
        return [[] if column is None else column.split(BETWEEN) for column in gathered]


def _as_text(column: Any) -> Any:
    return column if isinstance(column.type, String) else cast(column, String)


@dataclass(frozen=True)
class _Compiled:
    sql: str
    constants: dict[str, Any]  # the parameters that the statement itself gives
    order: tuple[str, ...] | None  # of the parameters, where the driver goes by place


def remember(session: Session, question: object, answer: Callable[[], T]) -> T:
    """`answer()`, asked once per revision; `question` is a hashable that means nothing else."""
    memory: dict[object, T] | None = session.info.get("memory")
    if memory is None:
        return answer()
    if question not in memory:
        if len(memory) >= MEMORIES:
            memory.clear()
        memory[question] = answer()
    return memory[question]


class Moved(Exception):
    """Somebody has written since the session began: what it has told so far is of an older revision."""


class Snapshots:
    """Lends read sessions on one database."""

    def __init__(self, engine: Engine, max_card_bytes: int = 0, is_for_good: bool = False) -> None:
        """With room for so many bytes of cards; `is_for_good` where the process reads this database until it ends."""
        self._engine = engine
        self._is_for_good = is_for_good
        self._max_card_bytes = max_card_bytes
        self._idle: deque[_Reader] = deque()  # append and pop are atomic: no lock
        self._memory = _Memory(-1, KeptCards(0))

    def begin(self, is_lazy: bool = False) -> Session:
        """A session on the newest revision, which is `session.info["revision"]`; hand it to `end`.

        A lazy one asks the database nothing by itself; to read from it raises `Moved` where somebody has written
        meanwhile.
        """
        try:
            return self._begin(self._idle.pop(), is_lazy)
        except Exception:  # none is idle; or, whatever the driver calls it, the database was restarted meanwhile
            return self._begin(self._connect(), is_lazy)

    def end(self, session: Session) -> None:
        """Give a session back."""
        reader: _Reader = session.info["reader"]
        try:
            reader.end()
        except Exception:  # a connection that cannot even roll back is broken; another will be opened
            reader.discard()
        else:
            self._idle.append(reader)

    @contextmanager
    def open(self, is_lazy: bool = False) -> Iterator[Session]:
        """`begin` and `end` around a block."""
        session = self.begin(is_lazy)
        try:
            yield session
        finally:
            self.end(session)

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().discard()

    def _begin(self, reader: "_Reader", is_lazy: bool) -> Session:
        try:
            revision = reader.begin(is_lazy)
        except BaseException:
            reader.discard()
            raise
        memory = self._memory
        if memory.revision != revision:
            memory = self._memory = _Memory(revision, KeptCards(self._max_card_bytes))
        if reader.memory is not memory:
            reader.remember(memory)
        return reader.session

    def _connect(self) -> "_Reader":
        try:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            return _Reader(connection, self._is_for_good)
        except DBAPIError as error:
            raise Unavailable("The database does not answer.", retry_after_s=5) from error


@dataclass(frozen=True)
class _Memory:
    """What is known of a revision."""

    revision: int
    cards: KeptCards
    answers: dict[object, Any] = field(default_factory=dict)


class _Reader:
    """One connection and the session on it."""

    def __init__(self, connection: Connection, is_for_good: bool) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.dbapi_connection
        self._begin = _BEGIN[connection.dialect.name]
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._first_read: Any = None  # of the snapshot, where it has begun
        self._revision = -1
        self._has_index = is_for_good and self._is_sqlite
        self._index: mmap | None = None
        self._header = b""  # what the index showed at that revision
        self.memory: _Memory | None = None
        self.session = Session(connection)
        self.session.info.update(reader=self, dialect=connection.dialect.name)
        event.listen(self.session, "do_orm_execute", self._settle)

    def begin(self, is_lazy: bool) -> int:
        if not (is_lazy and self._is_unchanged()):
            self._begin_now()
        return self._revision

    def rows(self, sql: str, parameters: Any) -> list[Any]:
        """What a statement finds in this revision."""
        found: list[Any] = self._driver.execute(sql, parameters).fetchall()
        if self._first_read is None and not self._is_unchanged():
            raise Moved
        return found

    def remember(self, memory: _Memory) -> None:
        self.memory = memory
        self.session.info.update(revision=memory.revision, memory=memory.answers, cards=memory.cards)

    def end(self) -> None:
        if self._first_read is None:
            return
        if self.session.in_transaction():
            self.session.close()
        self._first_read.close()
        self._first_read = None
        if not self._is_sqlite:
            self._driver.rollback()

    def discard(self) -> None:
        self.session.close()
        self._connection.invalidate()
        self._connection.close()

    def _is_unchanged(self) -> bool:
        """Whether nobody has written since this reader asked for the revision, as far as can be told."""
        return self._index is not None and self._index[HEADER] == self._header

    def _begin_now(self) -> None:
        header = self._index[HEADER] if self._index else b""  # if somebody writes from now on, it will be another one
        cursor = self._driver.execute(self._begin)
        while cursor.description is None:
            cursor.nextset()
        self._first_read = cursor
        self._revision, self._header = int(cursor.fetchone()[0]), header
        if self._has_index and self._index is None:
            self._index = wal_index(str(self._connection.engine.url.database))

    def _settle(self, *_: Any) -> None:
        """Begin, where that was put off; Moved where it is too late."""
        if self._first_read is None:
            expected = self._revision
            self._begin_now()
            if self._revision != expected:
                raise Moved
