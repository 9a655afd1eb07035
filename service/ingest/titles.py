"""Titles as people write them: no list number, no loose ends, no half a bracket."""

import re
from urllib.parse import unquote, urlsplit

from service.catalog.names import fold
from service.catalog.urls import ResourceUrl

LONGEST_TITLE = 200  # characters
LARGEST_LIST_NUMBER = 40  # "101 Dalmatians" and "1984" are no list numbers
LOOSE_ENDS = " \t\n,;:|/–—-•·>→=+*#_`."  # what links and emoji leave at the ends of a text
LIST_NUMBER = re.compile(r"^(?:\[\d{1,3}\]|\(\d{1,3}\)|#?\d{1,3}(?:\.\d{1,3})*[.):]|\d{1,3}\s[-–—]|\[[ xX]\])\s+(?=\S)")
_BARE_NUMBER = re.compile(r"^(\d{1,2})\s+([^\W\d_]+)(.*)$", re.DOTALL)
_DANGLING = re.compile(
    r"(?:\s+|^)(?:by|at|on|in|from|via|of|and|with|see|or|the|a|an|also|is|are|here|this|to|for|as|check|using|out|y|en|de"
    r"|available|read|watch|plus)$",
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(r"^(?:and|with|or|also|plus|see|then|y|e|und|et)\b[\s:]*", re.IGNORECASE)
_DETERMINER = re.compile(r"^(?:some|a|an|the|its|their|his|her|this|these|another)\s+", re.IGNORECASE)
# Words that a number counts ("5 Minute", "12 Angry Men"): the number is part of the title.
_COUNTED = frozenset({"minute", "hour", "day", "week", "month", "year", "step", "part", "foot", "men", "people"})


def tidy(text: str) -> str:
    """Text on one line, without the loose ends that links and emoji leave."""
    return " ".join(text.split())


def clean_title(text: str) -> str:
    """A title without list number, loose punctuation and dangling words; "" if nothing is left."""
    text = LIST_NUMBER.sub("", tidy(text))
    while True:
        shorter = _unclosed(_DANGLING.sub("", text.strip(LOOSE_ENDS)))
        if shorter == text:
            break
        text = shorter
    text = _CONJUNCTION.sub("", text) if text[:1].islower() else text
    return _shortened(_unquoted(text))


def without_determiner(text: str) -> str:
    """Turn "some explanations" into "explanations"."""
    return _DETERMINER.sub("", text)


def without_bare_number(title: str, parts: ResourceUrl) -> str:
    """Drop a list number that has no dot ("2 Convolution arithmetic"), if the URL speaks against it.

    A number belongs to a title when it counts the next word ("10 lessons", "5 Minute Recap"), or when the
    URL spells it too. It goes only if the URL spells the title's words and not the number.
    """
    found = _BARE_NUMBER.match(title)
    if not found:
        return title
    number, first, rest = found.groups()
    counts = first.casefold().endswith("s") or first.casefold() in _COUNTED
    spelled = fold(unquote(urlsplit(parts.canonical).path)).replace("/", " ").split()
    shares_words = any(len(word) > 4 and word in spelled for word in fold(first + rest).split())
    if counts or int(number) > LARGEST_LIST_NUMBER or number in spelled or not shares_words:
        return title
    return (first + rest).strip()


def title_of_address(parts: ResourceUrl) -> str:
    """The last resort: the words of the URL's path, or its host."""
    segments = [unquote(s) for s in urlsplit(parts.canonical).path.split("/") if s]
    last = segments[-1].rsplit(".", 1)[0] if segments else ""
    words = " ".join(re.sub(r"[-_+]+", " ", last).split())
    readable = sum(c.isalpha() for c in words) >= max(4, len(words) // 2)
    return _shortened(words) if readable else _shortened(parts.canonical.split("://", 1)[1])


def _unclosed(text: str) -> str:
    """Text without brackets at its ends that have no partner."""
    for opening, closing in ("()", "[]", "（）"):
        if text.endswith(opening) or text.count(opening) > text.count(closing):
            head, _, tail = text.rpartition(opening)
            text = head if not tail.strip() else f"{head}{tail}"
        if text.startswith(closing) or text.count(closing) > text.count(opening):
            head, _, tail = text.partition(closing)
            text = f"{head}{tail}"
        if text.startswith(opening) and text.endswith(closing) and text.count(opening) == 1:
            text = text[1:-1]
    return text


def _unquoted(text: str) -> str:
    inner = text.strip("\"“”'‘’")
    return inner if inner and text[0] in "\"“”'‘" and text[-1] in "\"“”'’" else text


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_TITLE:
        return text
    return text[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(LOOSE_ENDS) + "…"
