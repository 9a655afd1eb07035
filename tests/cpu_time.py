"""CPU time for assertions on bounds and growth. They compare two figures of one run: machines differ, ratios hold."""

import timeit
from collections.abc import Callable
from time import thread_time

LEAST_S = 0.01  # what takes less is noise


def cpu_s(act: Callable[[], object], times: int = 3) -> float:
    """CPU-seconds that `act` takes in this thread: the least of several tries, without collections of garbage."""
    return max(LEAST_S, min(timeit.repeat(act, timer=thread_time, number=1, repeat=times)))
