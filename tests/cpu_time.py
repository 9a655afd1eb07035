"""CPU time for assertions on bounds and growth. They compare two figures of one run: machines differ, ratios hold."""

import timeit
from collections.abc import Callable
from time import thread_time

LEAST_S = 0.01  # what takes less is noise
TRIES = 3

Act = Callable[[], object]


def cpu_ratio(act: Act, reference: Act, enough: float) -> float:
    """CPU time of `act` as a multiple of that of `reference`, in this thread: of several tries the least, or the first
    below `enough`, for what else a machine does is in some of them.
    """
    least = float("inf")
    for _ in range(TRIES):
        least = min(least, cpu_s(act) / cpu_s(reference))
        if least < enough:
            break
    return least


def cpu_s(act: Act) -> float:
    """CPU-seconds that `act` takes in this thread, without collections of garbage."""
    return max(LEAST_S, timeit.timeit(act, timer=thread_time, number=1))
