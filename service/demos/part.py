"""Progress of a part of a run, told as progress of the whole."""

from dataclasses import dataclass

from service.demos.demo import Progress


@dataclass(frozen=True)
class Part:
    """The `place`-th of `count` equal parts; it is a Progress itself, so that parts may have parts."""

    whole: Progress
    place: int
    count: int

    def __call__(self, fraction: float, message: str = "") -> None:
        """`fraction` of this part is done."""
        self.whole((self.place + fraction) / self.count, message)
