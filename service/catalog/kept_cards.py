"""Cards of resources that were read in one revision: they stay in memory, as many as fit."""

from collections.abc import Mapping, Sequence
from sys import getsizeof


class KeptCards:
    """The cards of one revision that were asked for first, by the numbers of their resources."""

    def __init__(self, max_bytes: int) -> None:
        self._cards: dict[int, bytes] = {}
        self._free_bytes = max_bytes

    def find(self, numbers: Sequence[int]) -> list[bytes | None]:
        """The cards with these numbers; None for each that is not here."""
        return list(map(self._cards.get, numbers))

    def keep(self, cards: Mapping[int, bytes]) -> None:
        """Keep these, if they fit."""
        size = sum(map(getsizeof, cards.values()))
        if size <= self._free_bytes:
            self._free_bytes -= size
            self._cards.update(cards)
