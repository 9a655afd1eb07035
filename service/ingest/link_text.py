"""What a link's text is good for: a title, a publisher, a place, or nothing ("here")."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from service.catalog.names import fold
from service.catalog.page_words import PageWords
from service.catalog.urls import ResourceUrl
from service.catalog.vocabulary import Vocabulary
from service.ingest.authors import is_organisation
from service.ingest.classify import type_named
from service.ingest.facts import is_locator
from service.ingest.symbols import without_emoji
from service.ingest.titles import tidy, without_determiner

LONGEST_SHOWN = 1_000  # characters of a link's text that are looked at
LONGEST_QUALIFIER = 3  # words of "technical description", that say which of a thing's links this is
_NUMBERED = re.compile(
    r"^(?:part|pt|video|lecture|lec|slides?|vol|volume|week|day|episode|ep|no|session|unit|module|notes?|lab|hw)?"
    r"\.?\s*#?\d{1,3}[a-z]?$",
    re.IGNORECASE,
)
_PAIRS = frozenset({("(", ")"), ("[", "]"), ("（", "）"), ("【", "】")})
_GRAMMAR = frozenset({"", "and", "the", "of", "on", "a", "in"})


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


def read_link_text(shown: str, is_bare: bool, parts: ResourceUrl, vocabulary: Vocabulary) -> LinkText:
    """Find out what a link's text is good for."""
    text = tidy(without_emoji(shown[:LONGEST_SHOWN]))
    inner = _without_brackets(text)
    if is_bare or not inner or inner.startswith(("http://", "https://", "www.")):
        return LinkText("nameless", "")
    if is_locator(text):
        return LinkText("locator", inner)
    if is_nameless(without_determiner(inner), vocabulary):
        return LinkText("nameless", inner)
    return _publisher_text(inner, parts, vocabulary) or _qualifier(text, inner) or LinkText("name", text)


def is_nameless(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text names nothing: "here", "video", "download pdf", a language."""
    if _says_nothing(text, vocabulary) or fold(text) in vocabulary.page_words.languages:
        return True
    telling = [word for word in text.split() if fold(word) not in _GRAMMAR]
    return all(_says_nothing(word, vocabulary) for word in telling) if telling else not text.isalnum()


def _says_nothing(text: str, vocabulary: Vocabulary) -> bool:
    return vocabulary.page_words.has("nameless", text) or type_named(text, vocabulary) is not None


def is_numbered(text: str) -> bool:
    """Whether a text only counts: "part 2", "Lecture 3", "#4"."""
    return bool(_NUMBERED.match(text))


def publisher_named(text: str, parts: ResourceUrl, words: PageWords) -> str | None:
    """The text, if it is the name of the site that the link leads to."""
    name = _squashed(text)
    labels = parts.host.split(".")
    rule = words.rule_for(parts.host, urlsplit(parts.canonical).path)
    sites = {*labels[:-1], _squashed(parts.host), _squashed(".".join(labels[-2:]))}
    if rule and rule.name:
        sites.add(_squashed(rule.name))
    return text if name and name in sites else None


def _without_brackets(text: str) -> str:
    """What a text says whose brackets enclose all of it: "(Wikipedia)", "[[pdf]]"."""
    while len(text) > 1 and (text[0], text[-1]) in _PAIRS:
        text = text[1:-1].strip()
    return text


def _publisher_text(inner: str, parts: ResourceUrl, vocabulary: Vocabulary) -> LinkText | None:
    """Whose it is: "Kaggle", if the link leads there; "3Blue1Brown video" anywhere."""
    words = vocabulary.page_words
    if publisher_named(inner, parts, words):
        return LinkText("publisher", inner, inner)
    source = _without_type(inner, vocabulary)
    if source == inner:
        return None
    if not source or is_nameless(source, vocabulary):
        return LinkText("nameless", inner)
    is_known = publisher_named(source, parts, words) or is_organisation(source, words)
    return LinkText("publisher", inner, source) if is_known else None


def _without_type(text: str, vocabulary: Vocabulary) -> str:
    """Without its last words if they name a media type: "3Blue1Brown video", but not "TensorFlow Playground"."""
    words = text.split()
    for length in (2, 1):
        ending = " ".join(words[-length:])
        if len(words) >= length and ending.islower() and vocabulary.media_type_named(ending):
            return " ".join(words[:-length])
    return text


def _qualifier(text: str, inner: str) -> LinkText | None:
    is_remark = text.startswith("(") and len(inner.split()) <= LONGEST_QUALIFIER
    if is_remark or is_numbered(inner):
        return LinkText("qualifier", inner)
    is_word = inner.islower() and inner.isascii() and " " not in inner
    return LinkText("qualifier", inner, is_certain=False) if is_word else None


def _squashed(text: str) -> str:
    return fold(text).replace(" ", "")
