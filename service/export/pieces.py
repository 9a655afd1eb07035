"""Joining many small parts into pieces that are worth sending."""

from collections.abc import Iterable, Iterator

PIECE_BYTES = 64 * 1024


def in_pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, in pieces of at least 64 KiB but for the last one."""
    waiting = bytearray()
    for part in parts:
        waiting += part
        if len(waiting) >= PIECE_BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)
