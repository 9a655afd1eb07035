"""What is told where the newest, the oldest, the shortest or the longest are asked for."""

from service.search.retrieve import Found

# What is stated, and what nobody knows where it is not.
_STATED = {"newest": "a year", "oldest": "a year", "shortest": "a length", "longest": "a length"}
_FIRST = {"added": "last added"}  # of every resource it is known when it was added
_UNSAID = {
    "a year": ("it was made", "any of them was made", "when"),
    "a length": ("it takes", "any of them takes", "how long"),
}


def order_told(order: str, found: Found) -> str:
    """How far the order could be heeded: "2 of them state a year and come first, the newest before the others."."""
    if found.total and not found.stating:
        return _unsaid(order, found.total)
    if found.total < 2:
        return ""
    if found.stating == found.total:
        return f"The {_FIRST.get(order, order)} come first."
    if found.stating == 1:
        return f"1 of them states {_STATED[order]} and comes first; of the others that is not known."
    return f"{found.stating} of them state {_STATED[order]} and come first, the {order} before the others."


def _unsaid(order: str, total: int) -> str:
    one, several, asked = _UNSAID[_STATED[order]]
    if total == 1:
        return f"No page says {asked} {one}."
    return f"No page says {asked} {several}, so which is {order} is not known; they stand as the pages list them."
