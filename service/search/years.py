"""The years that a question names, as bounds."""

from collections.abc import Sequence
from dataclasses import dataclass

_FIRST = ("since", "by")  # "from 2018" is read like "by": the word serves both


@dataclass(frozen=True)
class Year:
    """A year of the question and the role just before it: since, after, before, until, between, by, in_year or ""."""

    number: int
    role: str


def bounds(years: Sequence[Year]) -> tuple[int | None, int | None]:
    """The earliest and the latest year asked for, both included: "from 2015 to 2018" -> (2015, 2018)."""
    if not years:
        return None, None
    lowest = [year.number for year in years if year.role in _FIRST]
    lowest += [year.number + 1 for year in years if year.role == "after"]
    highest = [year.number for year in years if year.role == "until"]
    highest += [year.number - 1 for year in years if year.role == "before"]
    plain = [year.number for year in years if year.role not in (*_FIRST, "after", "until", "before")]
    if plain:
        highest.append(max(plain))
        if not lowest:
            lowest.append(min(plain))
    return max(lowest, default=None), min(highest, default=None)
