"""Short statements that are asked often: compiled once, and run by the driver itself."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, cast, func, literal_column, select
from sqlalchemy.orm import Session

from service.catalog.reader import Reader

BETWEEN = "\x1e"  # the record separator, which stands in no JSON text, no name and no id


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
        reader: Reader | None = session.info.get("reader")
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
