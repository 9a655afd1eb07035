"""Titles worth reading: what a link's text is good for, and what the words around it name."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from service.catalog.names import fold
from service.catalog.page_words import PageWords
from service.catalog.urls import ResourceUrl
from service.catalog.vocabulary import Vocabulary
from service.ingest.authors import Names, is_organisation, read_byline, read_names
from service.ingest.classify import type_named
from service.ingest.facts import at_year, is_locator, locator_in, without_locator, without_year, year_in
from service.ingest.symbols import without_emoji

LONGEST_TITLE = 200  # characters
LONGEST_SHOWN = 1_000  # characters of a link's text that are looked at
LONGEST_QUALIFIER = 3  # words of "technical description", that say which of a thing's links this is
LARGEST_LIST_NUMBER = 40  # "101 Dalmatians" and "1984" are no list numbers

_QUOTED = re.compile(r"[\"“”«「『]([^\"“”«»「」『』]{6,200})[\"”“»」』]")
_BRACKETED = re.compile(r"[(\[*][^()\[\]]{0,200}[)\]]")
_NUMBERED = re.compile(
    r"^(?:part|pt|video|lecture|lec|slides?|vol|volume|week|day|episode|ep|no|session|unit|module|notes?|lab|hw)?"
    r"\.?\s*#?\d{1,3}[a-z]?$",
    re.IGNORECASE,
)
# A full stop ends a sentence after a word of three letters, "Chapter 1" or a bracket; "Simon J.D. Prince" goes on.
_SENTENCE_END = re.compile(
    r"(?:(?<=[^\W\d_]{3})|(?<=[a-z] \d)|(?<=[)\"”?!]))[.](?=\s+[^\W\d_a-z]|$)|(?<=[?!])(?=\s+[A-Z])|。"
)
_LIST_NUMBER = re.compile(
    r"^(?:\[\d{1,3}\]|\(\d{1,3}\)|#?\d{1,3}(?:\.\d{1,3})*[.):]|\d{1,3}\s[-–—]|\[[ xX]\])\s+(?=\S)"
)
_BARE_NUMBER = re.compile(r"^(\d{1,2})\s+([^\W\d_]+)(.*)$", re.DOTALL)
_GRAMMAR = frozenset({"", "and", "the", "of", "on", "a", "in"})
_LOOSE_ENDS = " \t\n,;:|/–—-•·>→=+*#_`."
_DANGLING = re.compile(
    r"(?:\s+|^)(?:by|at|on|in|from|via|of|and|with|see|or|the|a|an|also|is|are|here|this|to|for|as|check|using|out|y|en|de"
    r"|available|read|watch|plus)$",
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(r"^(?:and|with|or|also|plus|see|then|y|e|und|et)\b[\s:]*", re.IGNORECASE)
_DETERMINER = re.compile(r"^(?:some|a|an|the|its|their|his|her|this|these|another)\s+", re.IGNORECASE)
_TYPE_ENDINGS = re.compile(r"\s+(?:text)?(?:book|paper|video|article|blog ?post)s?$", re.IGNORECASE)
# Words after a number that it counts ("5 Minute", "30 Days" ends in s anyway): the number is in the title.
_COUNTED = frozenset(
    [
        "minute",
        "hour",
        "day",
        "week",
        "month",
        "year",
        "step",
        "part",
        "man",
        "men",
        "women",
        "people",
        "foot",
        "children",
    ]
)


@dataclass(frozen=True)
class LinkText:
    """What a link shows, and what that is good for.

    `kind`: "name" (a title), "nameless" ("here"), "publisher" ("Kaggle"), "qualifier" ("description",
    "part 2": which link of a thing this is), "locator" ("Chapter 3").
    """

    kind: str
    text: str
    publisher: str | None = None
    is_certain: bool = True  # a single word like "review" may be the name of a thing ("numpy") as well


@dataclass(frozen=True)
class Wording:
    """What the words around a link name and state."""

    title: str = ""
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    year: int | None = None
    locator: str | None = None
    note: str = ""
    is_quoted: bool = False


def read_link_text(shown: str, is_bare: bool, parts: ResourceUrl, vocabulary: Vocabulary) -> LinkText:
    """Find out what a link's text is good for."""
    text = tidy(without_emoji(shown[:LONGEST_SHOWN]))
    inner = text.strip(" ()[]（）【】")
    if is_bare or not inner or inner.startswith(("http://", "https://", "www.")):
        return LinkText("nameless", "")
    if is_locator(text):
        return LinkText("locator", inner)
    if _is_nameless(without_determiner(inner), vocabulary):
        return LinkText("nameless", inner)
    return _publisher_text(inner, parts, vocabulary) or _qualifier(text, inner) or LinkText("name", text)


def _publisher_text(inner: str, parts: ResourceUrl, vocabulary: Vocabulary) -> LinkText | None:
    """ "Kaggle", if the link leads there; "3Blue1Brown video" anywhere."""
    words = vocabulary.page_words
    if publisher_named(inner, parts, words):
        return LinkText("publisher", inner, inner)
    source = _without_type(inner, vocabulary)
    if source == inner:
        return None
    if not source or _is_nameless(source, vocabulary):
        return LinkText("nameless", inner)
    is_known = publisher_named(source, parts, words) or is_organisation(source, words)
    return LinkText("publisher", inner, source) if is_known else None


def _is_nameless(text: str, vocabulary: Vocabulary) -> bool:
    words = vocabulary.page_words
    if words.has("nameless", text) or type_named(text, vocabulary) or fold(text) in words.languages:
        return True
    return not any(c.isalnum() for c in text) or all(
        words.has("nameless", word) or type_named(word, vocabulary) or fold(word) in _GRAMMAR for word in text.split()
    )


def _without_type(text: str, vocabulary: Vocabulary) -> str:
    """Without its last words if they name a media type: "3Blue1Brown video", but not "TensorFlow Playground"."""
    words = text.split()
    for length in (2, 1):
        ending = " ".join(words[-length:])
        if len(words) >= length and ending.islower() and vocabulary.media_type_named(ending):
            return " ".join(words[:-length])
    return text


def is_numbered(text: str) -> bool:
    """Whether a text only counts: "part 2", "Lecture 3", "#4"."""
    return bool(_NUMBERED.match(text))


def _qualifier(text: str, inner: str) -> LinkText | None:
    is_remark = text.startswith("(") and len(inner.split()) <= LONGEST_QUALIFIER
    if is_remark or is_numbered(inner):
        return LinkText("qualifier", inner)
    is_word = inner.islower() and inner.isascii() and " " not in inner
    return LinkText("qualifier", inner, is_certain=False) if is_word else None


def publisher_named(text: str, parts: ResourceUrl, words: PageWords) -> str | None:
    """The text, if it is the name of the site that the link leads to."""
    name = _squashed(text)
    labels = parts.host.split(".")
    rule = words.rule_for(parts.host, urlsplit(parts.canonical).path)
    sites = {*labels[:-1], _squashed(parts.host), _squashed(".".join(labels[-2:]))}
    if rule and rule.name:
        sites.add(_squashed(rule.name))
    return text if name and name in sites else None


def _squashed(text: str) -> str:
    return fold(text).replace(" ", "")


def read_before(text: str, strong: str, vocabulary: Vocabulary) -> Wording:
    """Read the words before a link; `strong` is what they set in bold, often the title."""
    words = vocabulary.page_words
    text = tidy(text)
    quoted = _QUOTED.search(text)
    if quoted and len(quoted.group(1).split()) > 1:
        return _around(quoted.group(1), text[: quoted.start()], text[quoted.end() :], words)
    if strong and len(strong.split()) > 1 and strong in text and not strong.rstrip().endswith(":"):
        start = text.index(strong)
        return _around(strong, text[:start], text[start + len(strong) :], words)
    byline = read_byline(text, words)
    if byline:
        return _with_byline(byline.before, byline.names)
    dated = _dated(text, words)
    if dated:
        return dated
    title, _, rest = _first_sentence(text)
    return Wording(
        title=clean_title(without_year(without_locator(title))),
        year=year_in(text),
        locator=locator_in(text),
        note=rest,
    )


def _around(title: str, left: str, right: str, words: PageWords) -> Wording:
    """A quoted title with its authors on the left and its publisher on the right."""
    byline = read_byline(left, words) or read_byline(right, words)
    names = byline.names if byline else _names_before(left, words) or _names_after(right, words)
    note = byline.before if byline else ("" if names else left)
    return Wording(
        title=clean_title(title.strip(" .,")),
        authors=names.people,
        publisher=names.organisation or _publisher_after(right),
        year=year_in(left) or year_in(right if right.lstrip().startswith((",", "(")) else f", {right}"),
        locator=locator_in(right),
        note=tidy(note).strip(_LOOSE_ENDS),
        is_quoted=True,
    )


def _names_before(left: str, words: PageWords) -> Names:
    """The authors that a citation puts before the title; a verb ("Explore **lenses**") is set off by no comma."""
    text = _LIST_NUMBER.sub("", left.strip(' "“'))
    return read_names(text, words, is_citation=True) if text.endswith((",", ".", ":")) else Names()


def _names_after(right: str, words: PageWords) -> Names:
    """`(2013), T. Mikolov et al.` after a title."""
    before, year, rest = at_year(right)
    return read_names(rest.lstrip(" ,"), words) if year and not before.strip(_LOOSE_ENDS) else Names()


def _dated(text: str, words: PageWords) -> Wording | None:
    """`Rays of light (2015), A. Lee et al.`"""
    title, year, rest = at_year(text)
    names = read_names(rest.lstrip(" ,"), words) if year else Names()
    if not title.strip() or not names or len(names.rest.split()) > LONGEST_QUALIFIER:
        return None
    return Wording(clean_title(title), names.people, names.organisation, year)


def _publisher_after(text: str) -> str | None:
    """`, deeplearning.ai, 2019` -> "deeplearning.ai"; remarks in brackets are nobody."""
    first = _BRACKETED.sub("", text).strip(_LOOSE_ENDS + '"”').split(",")[0].strip()
    is_name = first[:1].isupper() or re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", first)
    return first if is_name and len(first.split()) <= 3 and not first[-1].isdigit() else None


def _with_byline(before: str, names: Names) -> Wording:
    """ "Title book by A and B: Chapter 1. More words", or "Claim by A et al, Title, 2017"."""
    cited = names.rest.strip().lstrip(",").strip()
    title, _, rest = _first_sentence(cited)
    year = year_in(names.rest)
    if names.has_others and len(title.split()) >= 3 and not is_locator(title):
        return Wording(
            clean_title(without_year(title)), names.people, names.organisation, year, note=clean_title(before)
        )
    locator = locator_in(names.rest)
    note = rest if locator and is_locator(title.strip(_LOOSE_ENDS)) else without_year(names.rest)
    return Wording(
        title=clean_title(_TYPE_ENDINGS.sub("", tidy(before))),
        authors=names.people,
        publisher=names.organisation,
        year=year,
        locator=locator,
        note=note.strip(_LOOSE_ENDS + "()"),
    )


def _first_sentence(text: str) -> tuple[str, str, str]:
    found = _SENTENCE_END.search(text)
    return (text[: found.start()], found.group(), text[found.end() :].strip()) if found else (text, "", "")


def read_name(text: str, vocabulary: Vocabulary) -> Wording:
    """Read a link's text that is a name: a citation, "Title by Author", or a plain title."""
    words = vocabulary.page_words
    quoted = _QUOTED.search(text)
    if quoted and len(quoted.group(1).split()) > 1 and quoted.group() != text:
        around = _around(quoted.group(1), text[: quoted.start()], text[quoted.end() :], words)
        if around.authors or around.publisher or around.year:
            return around
    byline = read_byline(text, words)
    if byline and byline.before.strip() and _is_surely_named(byline.names):
        return _with_byline(byline.before, byline.names)
    year = year_in(text)
    return Wording(clean_title(without_year(text) if year else text), year=year)


def _is_surely_named(names: Names) -> bool:
    """Whether a title's last words are its authors': "Learning by Error Propagation" has none."""
    return bool(names.organisation) or len(names.people) > 1 or any("." in name for name in names.people)


def tidy(text: str) -> str:
    """Text on one line, without the loose ends that links and emoji leave."""
    return " ".join(text.split())


def clean_title(text: str) -> str:
    """A title without list number, loose punctuation and dangling words; "" if nothing is left."""
    text = _LIST_NUMBER.sub("", tidy(text))
    while True:
        shorter = _unclosed(_DANGLING.sub("", text.strip(_LOOSE_ENDS)))
        if shorter == text:
            break
        text = shorter
    text = _CONJUNCTION.sub("", text) if text[:1].islower() else text
    return _shortened(_unquoted(text))


def without_determiner(text: str) -> str:
    """`some explanations` -> "explanations"."""
    return _DETERMINER.sub("", text)


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
    return text[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(_LOOSE_ENDS) + "…"


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
