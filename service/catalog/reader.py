"""One connection that reads one revision at a time: in a snapshot, or as long as nobody writes."""

from dataclasses import dataclass, field
from mmap import mmap
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from service.catalog.kept_cards import KeptCards
from service.catalog.wal_index import HEADER, wal_index

_REVISION = "SELECT number FROM revision"
# One round trip on PostgreSQL. On SQLite a SELECT that has not come to its end keeps what is seen as it is: one
# statement instead of BEGIN, SELECT and ROLLBACK.
_BEGIN = {
    "sqlite": f"{_REVISION} UNION ALL {_REVISION}",
    "postgresql": f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {_REVISION}",
}


class Moved(Exception):
    """Somebody has written since the session began: what it has told so far is of an older revision."""


@dataclass(frozen=True)
class Memory:
    """What is known of a revision."""

    revision: int
    cards: KeptCards
    answers: dict[object, Any] = field(default_factory=dict)


class Reader:
    """One connection and the session on it, which finds both this and what is known of its revision in its `info`."""

    def __init__(self, connection: Connection, is_for_good: bool) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.dbapi_connection
        self._opening = _BEGIN[connection.dialect.name]
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._first_read: Any = None  # of the snapshot, where it has begun
        self._revision = -1
        self._may_look = is_for_good and self._is_sqlite
        self._index: mmap | None = None
        self._header = b""  # what the index showed at that revision
        self.memory: Memory | None = None
        self.session = Session(connection)
        self.session.info.update(reader=self, dialect=connection.dialect.name)
        event.listen(self.session, "do_orm_execute", self._settle)

    def begin(self, is_lazy: bool) -> int:
        """The revision that is read from now on; a lazy one asks the database only where it may be a new one."""
        if not (is_lazy and self._is_unchanged()):
            self._begin_now()
        return self._revision

    def rows(self, sql: str, parameters: Any) -> list[Any]:
        """What a statement finds in this revision; Moved where it may be another one by now."""
        found: list[Any] = self._driver.execute(sql, parameters).fetchall()
        if self._first_read is None and not self._is_unchanged():
            raise Moved
        return found

    def remember(self, memory: Memory) -> None:
        """Let the session find what is known."""
        self.memory = memory
        self.session.info.update(revision=memory.revision, memory=memory.answers, cards=memory.cards)

    def end(self) -> None:
        """Read no more of this revision."""
        if self.session.in_transaction():
            self.session.close()
        if self._first_read is not None:
            self._first_read.close()
            self._first_read = None
            if not self._is_sqlite:
                self._driver.rollback()

    def discard(self) -> None:
        """Close the connection."""
        self.session.close()
        self._connection.invalidate()
        self._connection.close()

    def _is_unchanged(self) -> bool:
        """Whether nobody has written since this reader asked for the revision, as far as can be told."""
        return self._index is not None and self._index[HEADER] == self._header

    def _begin_now(self) -> None:
        header = self._index[HEADER] if self._index else b""  # if somebody writes from now on, it will be another one
        cursor = self._driver.execute(self._opening)
        while cursor.description is None:
            cursor.nextset()
        self._first_read = cursor
        self._revision, self._header = int(cursor.fetchone()[0]), header
        if self._may_look and self._index is None:
            self._index = wal_index(str(self._connection.engine.url.database))

    def _settle(self, *_: Any) -> None:
        """Begin, where that was put off; Moved where it is too late."""
        if self._first_read is None:
            expected = self._revision
            self._begin_now()
            if self._revision != expected:
                raise Moved
