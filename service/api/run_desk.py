"""What the calls on demos and runs work with, beside the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.api.seats import Seats
from service.demos.demo import Demo
from service.demos.limits import RunLimits
from service.errors import NotFound


@dataclass(frozen=True)
class RunDesk:
    """The demos, the bounds on their runs, and the seats of this web worker for those who wait."""

    demos: Sequence[Demo]
    device: str  # where runs compute when the request leaves it open
    limits: RunLimits
    workers: int
    max_wait_s: float
    waiting: Seats
    streams: Seats

    def demo(self, id: str) -> Demo:
        """The demo with this id; NotFound."""
        for demo in self.demos:
            if demo.id == id:
                return demo
        raise NotFound("demo", id)
