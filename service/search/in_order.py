"""What is told where the newest, the oldest, the shortest or the longest are asked for."""

from service.search.retrieve import Found

# What is stated, and what nobody knows where it is not.
_STATED = {"newest": "a year", "oldest": "a year", "shortest": "a length", "longest": "a length"}
_UNSAID = {
    "a year": ("it was made", "any of them was made", "when"),
    "a length": ("it takes", "any of them takes", "how long"),
}


def order_told(order: str, found: Found) -> str:
    """How far the order could be heeded: "2 of them state a year and come first, the newest before the others."."""
    stated = _STATED[order]
    if found.total and not found.stating:
        one, several, asked = _UNSAID[stated]
        if found.total == 1:
            return f"No page says {asked} {one}."
        return f"No page says {asked} {several}, so which is {order} is not known; they stand as the pages list them."
    if found.total < 2:
        return ""
    if found.stating == found.total:
        return f"The {order} come first."
    if found.stating == 1:
        return f"1 of them states {stated} and comes first; of the others that is not known."
    return f"{found.stating} of them state {stated} and come first, the {order} before the others."
