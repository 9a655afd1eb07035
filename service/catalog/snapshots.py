"""Short reads, many of them: connections that stay open, and one revision for each request.

A `Session` that `Snapshots.open` lends sees one revision from start to end, whatever others write meanwhile.
What is true of a revision can be kept until the next one with `remember`.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.catalog.kept_cards import KeptCards
from service.catalog.reader import Memory, Reader
from service.errors import Unavailable

T = TypeVar("T")

MEMORIES = 20_000  # answers kept in one revision: totals and the like, some hundred bytes each


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


class Snapshots:
    """Lends read sessions on one database."""

    def __init__(self, engine: Engine, max_card_bytes: int = 0, is_for_good: bool = False) -> None:
        """With room for so many bytes of cards; `is_for_good` where the process reads this database until it ends."""
        self._engine = engine
        self._is_for_good = is_for_good
        self._max_card_bytes = max_card_bytes
        self._idle: deque[Reader] = deque()  # append and pop are atomic: no lock
        self._memory = Memory(-1, KeptCards(0))

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
        reader: Reader = session.info["reader"]
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

    def _begin(self, reader: Reader, is_lazy: bool) -> Session:
        try:
            revision = reader.begin(is_lazy)
        except BaseException:
            reader.discard()
            raise
        memory = self._memory
        if memory.revision != revision:
            memory = self._memory = Memory(revision, KeptCards(self._max_card_bytes))
        if reader.memory is not memory:
            reader.remember(memory)
        return reader.session

    def _connect(self) -> Reader:
        try:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            return Reader(connection, self._is_for_good)
        except DBAPIError as error:
            raise Unavailable("The database does not answer.", retry_after_s=5) from error
