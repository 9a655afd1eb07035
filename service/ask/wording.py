"""English for claims."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MOST_LISTED = 8  # names in one sentence


def joined(names: Iterable[str]) -> str:
    """Names in a row: "A, B and C"; the first of them, where there are many."""
    several = list(names)
    shown = several[:MOST_LISTED]
    if len(several) > MOST_LISTED:
        shown.append(f"{len(several) - MOST_LISTED} more")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def resource(card: Mapping[str, Any], media_type: str) -> str:
    """A resource in a sentence: “Title” (video, by A and B, 2017, 12 minutes)."""
    facts = [media_type.lower()]
    makers: Sequence[str] = card["authors"] or [card["publisher"] or ""]
    if makers[0]:
        facts.append(f"by {joined(makers)}")
    if card["year"]:
        facts.append(str(card["year"]))
    if card["duration_minutes"]:
        facts.append(f"{card['duration_minutes']:g} minutes")
    return f"“{card['title']}” ({', '.join(facts)})"


def counted(count: int, singular: str, plural: str) -> str:
    """A number of things: "1 video", "3 videos", "no video"."""
    return f"{count or 'no'} {singular if count < 2 else plural}"


def sentence(text: str) -> str:
    """With a capital at its beginning."""
    return f"{text[:1].upper()}{text[1:]}"
