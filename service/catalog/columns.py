"""Rows kept as columns: their members are made only where somebody looks at them one by one."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TypeVar, overload

T = TypeVar("T")
ALL = slice(None)


class Apart(Sequence[T]):
    """A sequence whose members are made when they are looked at: most never are."""

    @abstractmethod
    def members(self, place: slice = ALL) -> list[T]:
        """Those at these places, made now."""

    def __iter__(self) -> Iterator[T]:
        return iter(self.members())

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: int | slice) -> T | list[T]:
        return self.members(place) if isinstance(place, slice) else self.members()[place]
