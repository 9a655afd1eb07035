"""Bounds on calls that last: an open stream or a patient wait holds one of the web worker's threads."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore


class Seats:
    """So many may sit at once; nobody queues for a seat."""

    def __init__(self, count: int) -> None:
        self._free = BoundedSemaphore(count)

    def take(self) -> bool:
        """Take a seat if one is free."""
        return self._free.acquire(blocking=False)

    def leave(self) -> None:
        """Give a taken seat back, once."""
        self._free.release()

    @contextmanager
    def for_a_while(self) -> Iterator[bool]:
        """Sit during the block; False when no seat is free."""
        has_seat = self.take()
        try:
            yield has_seat
        finally:
            if has_seat:
                self.leave()
