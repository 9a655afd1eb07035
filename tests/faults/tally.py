"""What came of a fault that was let loose many times."""

import traceback
from collections.abc import Callable, Iterator
from typing import NamedTuple

from faults.ground import Ground

Fault = Callable[[Ground, int], Iterator[None]]


class Tally(NamedTuple):
    """`acknowledged` counts the writes that were held against the database after each time, `lost` those missing."""

    fault: str
    database: str
    times: int
    survived: int
    acknowledged: int
    lost: int
    troubles: tuple[str, ...]


def let_loose(fault: Fault, ground: Ground, times: int) -> Tally:
    """Inject the fault so many times; look after each whether the catalog is sound."""
    troubles: list[str] = []
    survived = 0
    try:
        for _ in fault(ground, times):
            found = ground.soundness.troubles()
            troubles += found
            survived += not found
    except AssertionError:  # the service did not answer in time, or not as it should: the other faults have their turn
        troubles.append(traceback.format_exc())
    written = len(ground.ledger.read("acknowledged"))
    lost = sum(trouble.startswith("lost") for trouble in troubles)
    return Tally(fault.__name__.replace("_", " "), ground.database, times, survived, written, lost, tuple(troubles))
