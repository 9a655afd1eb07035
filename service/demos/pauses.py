"""The pauses of a process that looks for work: short while work comes, longer the longer none has come."""

import time

SHORTEST_S = 0.02  # what waits is found so soon while work comes
SHARE = 1 / 500  # of the time without work: the first to come after a minute waits for 0.1 s, where that is allowed


class Pauses:
    """Call `work_came` when it did, and `pause` when it did not."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._last_work = time.monotonic()

    def work_came(self) -> None:
        """Look often from now on."""
        self._last_work = time.monotonic()

    def pause(self) -> None:
        """Wait until it is time to look again."""
        time.sleep(self.length_s(time.monotonic() - self._last_work))

    def length_s(self, idle_s: float) -> float:
        """How long a pause is after so long without work."""
        return max(SHORTEST_S, min(idle_s * SHARE, self._longest_s))
