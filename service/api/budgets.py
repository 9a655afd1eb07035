"""Budgets of calls, by the generic cell rate algorithm: a minute's may be spent at once, and comes back evenly.

Of each caller one moment is kept: when its budget will be whole again. There is no lock: two calls of one caller at the
very same moment may count as one.
"""

from collections.abc import Callable
from time import monotonic

WINDOW_S = 60.0
ROUNDING_S = 1e-9
MAX_CALLERS = 50_000  # that are remembered, some 150 bytes each


class Budgets:
    """A budget of so many calls in a minute for each caller."""

    def __init__(self, name: str, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self.name = name
        self.per_minute = per_minute
        self.policy = "RateLimit-Policy", f'"{name}";q={per_minute};w={WINDOW_S:.0f}'
        self._interval_s = WINDOW_S / per_minute
        self._clock = clock
        self._whole_at: dict[str, float] = {}  # by caller

    def take(self, caller: str) -> float:
        """Count one more call: seconds until the budget is whole again; beyond WINDOW_S there was nothing to take."""
        moment = self._clock()
        whole_at = self._whole_at.get(caller, moment)
        whole_in_s = (whole_at - moment if whole_at > moment else 0.0) + self._interval_s
        if whole_in_s <= WINDOW_S + ROUNDING_S:
            self._whole_at[caller] = moment + whole_in_s
            if len(self._whole_at) > MAX_CALLERS:
                self._forget(moment)
        return whole_in_s

    def left(self, whole_in_s: float) -> int:
        """How many calls are left of a budget that will be whole in so long."""
        return max(0, int((WINDOW_S + ROUNDING_S - whole_in_s) / self._interval_s))

    def _forget(self, moment: float) -> None:
        """Forget whose budget is whole; where that is hardly anybody, all: so many callers are beyond counting."""
        owing = {caller: whole_at for caller, whole_at in tuple(self._whole_at.items()) if whole_at > moment}
        self._whole_at = owing if len(owing) < MAX_CALLERS // 2 else {}
