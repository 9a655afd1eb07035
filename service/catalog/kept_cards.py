"""Cards of resources that were read in one revision: they stay in memory, as many as fit."""

from collections.abc import Mapping, Sequence
from sys import getsizeof


class KeptCards:
    """The cards of one revision that were asked for first, by the numbers of their resources."""

    def __init__(self, max_bytes: int) -> None:
        self._cards: list[bytes | None] = []  # by number; a dict would miss the processor's caches twice as often
        self._free_bytes = max_bytes

    def find(self, numbers: Sequence[int]) -> list[bytes | None]:
        """The cards with these numbers; None for each that is not here."""
        cards = self._cards
        size = len(cards)
        return [cards[number] if number < size else None for number in numbers]

    def keep(self, cards: Mapping[int, bytes]) -> None:
        """Keep these, if they fit."""
        size = sum(map(getsizeof, cards.values()))
        if size > self._free_bytes:
            return
        self._free_bytes -= size
        self._cards.extend([None] * (max(cards, default=0) + 1 - len(self._cards)))
        for number, card in cards.items():
            self._cards[number] = card
