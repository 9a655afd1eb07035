"""Columns of rows that came as one text each: taken apart only where somebody looks at their values one by one."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

T = TypeVar("T")

BETWEEN = "\x1e"  # the record separator, which stands in no JSON text, no name and no id


class Apart(Sequence[T]):
    """A sequence whose members are made when they are looked at: most never are."""

    @abstractmethod
    def members(self) -> list[T]:
        """All of them, made now."""

    def __iter__(self) -> Iterator[T]:
        return iter(self.members())

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: int | slice) -> T | list[T]:
        return self.members()[place]


@dataclass(frozen=True)
class Column(Apart[str]):
    """The values of a column, in order. Cards go into an answer as they are, all at once."""

    text: str  # all values, BETWEEN between them
    size: int

    def joined(self, between: str) -> str:
        """All values, with this between them."""
        return self.text.replace(BETWEEN, between)

    def without_last(self) -> "Column":
        """All values but the last."""
        return Column(self.text.rpartition(BETWEEN)[0], self.size - 1)

    def members(self) -> list[str]:
        """The values, one by one."""
        return self.text.split(BETWEEN) if self.size else []

    def __len__(self) -> int:
        return self.size
