"""The title of one link, from the best of what there is: its text, the words around it, its bullet, its heading."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from service.catalog.facts import Evidence
from service.catalog.names import fold
from service.catalog.page_words import PageWords
from service.catalog.urls import ResourceUrl
from service.catalog.vocabulary import Vocabulary
from service.ingest.authors import is_organisation
from service.ingest.link_text import LinkText, is_numbered, publisher_named
from service.ingest.titles import clean_title, title_of_address, without_bare_number, without_determiner
from service.ingest.wording import Wording, read_before, read_name

# How sure a title makes us, by where it comes from.
QUOTED, LINK_TEXT, WORDS_BEFORE, WORDS_AFTER = 0.97, 0.95, 0.85, 0.65
SAME_BULLET, OUTER, HEADING, ADDRESS = 0.7, 0.7, 0.45, 0.2
WEAK = 0.4  # a title less sure than this is put before a curator

LONGEST_SECOND_TITLE = 12  # words between two links: more of them tell a story
LONGEST_AFTER = 25  # words behind a link that may be its title
LONGEST_CONTINUATION = 4  # words of "some explanations", that go on about the link before


@dataclass(frozen=True)
class Place:
    """What a link's surroundings offer for a title, the nearest first."""

    before: str
    after: str
    strong: str  # what the words before it set in bold
    base: str  # the title that the bullet has already given
    outer: str  # the enclosing bullet's title, or the table row's subject
    topic: str  # the heading


@dataclass(frozen=True)
class Named:
    """A title with its evidence, and what its words state besides."""

    title: str
    evidence: Evidence
    wording: Wording
    base: str = ""  # what later links of the bullet may build on
    publisher: str | None = None

    @property
    def is_weak(self) -> bool:
        """Whether a person should find a better one."""
        return self.evidence.confidence < WEAK


def name_link(shown: LinkText, place: Place, parts: ResourceUrl, vocabulary: Vocabulary) -> Named:
    """Find the title of a link."""
    words = vocabulary.page_words
    before = _useful(read_before(place.before, place.strong, vocabulary), vocabulary)
    is_bland = words.has("bland_headings", shown.text)
    is_name = shown.kind == "name" or (not shown.is_certain and not any(map(str.isalnum, place.before)))
    if is_name and not is_bland:
        return _by_link_text(shown, before, parts, vocabulary)
    return (
        _by_words_before(shown, before, place, parts, words)
        or (None if is_bland else _by_own_name(shown, before, place, parts, words))
        or _by_bullet(shown, before, place, words)
        or _by_words_after(before, place)
        or _by_heading(shown, before, place, parts, words)
    )


def _useful(wording: Wording, vocabulary: Vocabulary) -> Wording:
    """Without a title that names nothing: "Paper" or "link" before a link."""
    title = wording.title
    is_empty = vocabulary.page_words.has("nameless", title) or vocabulary.media_type_named(title)
    return replace(wording, title="") if is_empty or not any(c.isalpha() for c in title) else wording


def _by_link_text(shown: LinkText, before: Wording, parts: ResourceUrl, vocabulary: Vocabulary) -> Named:
    own = read_name(shown.text, vocabulary)
    title = without_bare_number(own.title, parts) or shown.text
    said_before = before.title if len(before.title.split()) > 1 or before.note else ""
    note = " – ".join(part for part in (said_before, before.note, own.note) if part and part != title)
    wording = replace(own, note=note, authors=own.authors or before.authors)
    evidence = Evidence("text", QUOTED if own.is_quoted else LINK_TEXT, "the link's text")
    return Named(title, evidence, wording, base=title)


def _by_words_before(
    shown: LinkText, before: Wording, place: Place, parts: ResourceUrl, words: PageWords
) -> Named | None:
    title = without_bare_number(before.title, parts)
    is_whole_site = urlsplit(parts.canonical).path in ("", "/")
    if not title or words.has("bland_headings", title):
        return None
    if not is_whole_site and (publisher_named(title, parts, words) or _is_one_organisation(title, words)):
        return None
    if place.base and _goes_on(title):
        return None
    full = f"{title}: {shown.text}" if shown.kind == "qualifier" else title
    confidence = QUOTED if before.is_quoted else WORDS_BEFORE
    return Named(full, Evidence("text", confidence, "the words before the link"), before, title, shown.publisher)


def _is_one_organisation(title: str, words: PageWords) -> bool:
    return " " not in title and is_organisation(title, words)


def _goes_on(title: str) -> bool:
    """Whether words between two links are about the first: "some explanations", or a whole sentence."""
    length = len(title.split())
    return length > LONGEST_SECOND_TITLE or (title[0].islower() and length <= LONGEST_CONTINUATION)


def _by_bullet(shown: LinkText, before: Wording, place: Place, words: PageWords) -> Named | None:
    """From the link before it in its bullet, the bullet around it, or the row's subject."""
    stem = place.base or place.outer
    if not stem:
        return None
    own = without_determiner(before.title) if len(before.title.split()) <= LONGEST_CONTINUATION else ""
    is_pointer = (own and shown.kind == "publisher") or words.has("pointers", shown.text)
    said = "" if is_pointer else shown.text
    extra = " ".join(part for part in (own, said) if part)
    title = f"{stem}: {extra}" if extra and fold(extra) not in fold(stem) else stem
    source = SAME_BULLET if place.base else OUTER
    detail = "the bullet's other words" if place.base else "the bullet or row around it"
    return Named(title, Evidence("text", source, detail), before, stem, shown.publisher)


def _by_own_name(shown: LinkText, before: Wording, place: Place, parts: ResourceUrl, words: PageWords) -> Named | None:
    """The name of a site or a tool is a title where nothing else is: "[PyTorch](https://pytorch.org)".

    That of a host of many things ("[YouTube](…)") is one only if there is no bullet to build on.
    """
    if before.title or shown.kind not in ("publisher", "qualifier") or is_numbered(shown.text):
        return None
    rule = words.rule_for(parts.host, urlsplit(parts.canonical).path)
    is_host_of_many = shown.kind == "qualifier" or (rule is not None and rule.name)
    if place.base or (place.outer and is_host_of_many and fold(place.outer) != fold(shown.text)):
        return None
    if shown.publisher and not publisher_named(shown.publisher, parts, words):
        return None  # "[3Blue1Brown video]" names neither the video nor its site
    return Named(shown.text, Evidence("text", LINK_TEXT, "the link's text"), before, shown.text)


def _by_words_after(before: Wording, place: Place) -> Named | None:
    wording = clean_title(place.after)
    is_title = 2 <= len(wording.split()) <= LONGEST_AFTER and not wording[0].islower()
    if before.title or not is_title:
        return None
    return Named(wording, Evidence("text", WORDS_AFTER, "the words after the link"), before, wording)


def _by_heading(shown: LinkText, before: Wording, place: Place, parts: ResourceUrl, words: PageWords) -> Named:
    """From the heading and what little the bullet says; else from the address."""
    is_publisher_alone = shown.kind == "publisher" and shown.text == shown.publisher
    own = " ".join(part for part in (before.title, "" if is_publisher_alone else shown.text) if part)
    named_before = publisher_named(before.title, parts, words) or is_organisation(before.title, words)
    publisher = shown.publisher or (before.title if before.title and named_before else None)
    if place.topic and own:
        title = f"{place.topic}: {own}"
        return Named(title, Evidence("heading", HEADING, place.topic), before, title, publisher)
    if own and shown.kind in ("qualifier", "name"):
        return Named(own, Evidence("text", ADDRESS, "the link's text"), before, own)
    title = title_of_address(parts)
    return Named(title, Evidence("url", ADDRESS, parts.canonical), before, title, publisher)
