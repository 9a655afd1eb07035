"""The entry of the processes in `processes`: `python -m service.demos.process ROLE`, its order on standard input."""

import pickle
import signal
import sys
from importlib import import_module

from service import logs, tracing
from service.demos.lifeline import when_parent_ends
from service.demos.limits import Crew, WorkerOptions
from service.heartbeats import beating

# By name: a supervisor needs no database, and a worker no pictures.
_ROLES = {
    "supervise": ("service.demos.processes", "supervise"),
    "work": ("service.demos.worker", "work"),
    "draw": ("service.demos.drawer", "draw"),
    "tell": ("service.demos.teller", "tell"),
}


class _Stop:
    """Asked for by SIGTERM, or by the death of the parent."""

    def __init__(self) -> None:
        self._is_asked = False

    def ask(self, *_signal: object) -> None:
        self._is_asked = True

    def is_asked(self) -> bool:
        return self._is_asked


def main() -> None:
    """Play the role until told to stop."""
    stop = _Stop()
    signal.signal(signal.SIGTERM, stop.ask)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal: the parent decides
    order: WorkerOptions | Crew = pickle.load(sys.stdin.buffer)  # noqa: S301  # nosec B301  # from the parent alone
    role = sys.argv[1]
    options = order.options if isinstance(order, Crew) else order
    logs.set_up(options.logs, role)
    tracing.set_up(role)
    when_parent_ends(stop.ask)
    module, name = _ROLES[role]
    play = getattr(import_module(module), name)
    with beating(options.state_dir, role, stop.is_asked) as should_stop:
        play(order, should_stop)


if __name__ == "__main__":
    main()
