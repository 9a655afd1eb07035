"""Budgets of calls, by the generic cell rate algorithm: a minute's may be spent at once, and comes back evenly.

Of each caller one moment is kept: when its budget will be whole again.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic

WINDOW_S = 60.0
MAX_CALLERS = 50_000  # that are remembered, some 200 bytes each; the longest unseen is forgotten, and starts afresh


@dataclass(frozen=True, slots=True)
class Taken:
    """What is left of a budget, and when it is whole again; `wait_s` is set when there was nothing to take."""

    left: int
    whole_in_s: float
    wait_s: float | None = None


class Budgets:
    """A budget of so many calls in a minute for each caller."""

    def __init__(self, name: str, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self.per_minute = per_minute
        self.name = name
        self.policy = f'"{name}";q={per_minute};w={WINDOW_S:.0f}'
        self._interval_s = WINDOW_S / per_minute
        self._clock = clock
        self._whole_at: OrderedDict[str, float] = OrderedDict()  # by caller, the longest unseen first
        self._counting = Lock()

    def take(self, caller: str) -> Taken:
        """Count one more call."""
        moment = self._clock()
        with self._counting:
            whole_in_s = max(self._whole_at.get(caller, moment) - moment, 0.0) + self._interval_s
            if whole_in_s > WINDOW_S + 1e-9:
                return Taken(0, whole_in_s - self._interval_s, whole_in_s - WINDOW_S)
            self._whole_at[caller] = moment + whole_in_s
            self._whole_at.move_to_end(caller)
            if len(self._whole_at) > MAX_CALLERS:
                self._whole_at.popitem(last=False)
        return Taken(int((WINDOW_S - whole_in_s) / self._interval_s + 1e-9), whole_in_s)
