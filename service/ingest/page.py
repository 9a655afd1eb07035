"""What a page says: frozen records, the result of parsing and the input of reconciling.

Nothing here knows the catalog. Topics of one page are named by their index in `Page.topics`.
Lines are 1-based lines of the source as the author sees them (front matter counts).
"""

from dataclasses import dataclass, field

from service.catalog.facts import Evidence


@dataclass(frozen=True)
class PageTopic:
    """A heading that names a subject."""

    label: str  # readable: no emoji, no "(Lecture 2)", typo corrected
    raw: str  # the heading as printed
    line: int
    level: int  # nesting depth on this page, 1 = outermost topic
    parent: int | None  # index into Page.topics
    lecture: int | None = None
    aliases: tuple[str, ...] = ()  # "GD" from "(GD)", "Dropout" from "Regularization (Dropout, …)"
    hidden_labels: tuple[str, ...] = ()  # printed forms that were corrected: found by search, never shown
    is_bland: bool = False  # "Definition", "Overview": names nothing without its parent
    notes: tuple["Note", ...] = ()


@dataclass(frozen=True)
class Note:
    """A line under a topic that carries no link."""

    text: str
    line: int


@dataclass(frozen=True)
class PageMention:
    """One link on the page, and everything that its surroundings state about it."""

    url: str  # absolute, as the page gives it (fragment kept); not yet canonical
    line: int
    raw: str  # the source line, as printed
    text: str  # that line as a person reads it: no markup, no emoji
    title: str
    media_type: str
    media_type_evidence: Evidence
    title_evidence: Evidence
    topic: int | None = None  # index into Page.topics; None: straight under the page
    authors: tuple[str, ...] = ()
    year: int | None = None
    year_evidence: Evidence | None = None
    publisher: str | None = None
    language: str | None = None  # BCP 47
    is_free: bool | None = None
    duration_minutes: float | None = None
    locator: str | None = None  # "Chapter 3", "#Example"
    note: str | None = None  # what the line says beyond title and authors
    is_hidden: bool = False  # malformed or invisible on the page as published
    is_title_weak: bool = False  # no better title could be found; a curator should look


@dataclass(frozen=True)
class StatedPrerequisite:
    """A page's own words that one thing comes before another ("Requires: linear algebra")."""

    prerequisite: str  # the name as printed
    topic: int  # index of the dependent topic
    line: int
    raw: str
    any_of: str | None = None  # "Python or R": names that are alternatives share this


@dataclass(frozen=True)
class PageWarning:
    """Something on the page that a person should look at."""

    line: int
    code: str  # "hidden_link", "empty_link", "malformed_url", "weak_title", "typo", ...
    message: str


@dataclass(frozen=True)
class Page:
    """A source document as parsed."""

    name: str  # slug that identifies the page in the catalog
    title: str
    source: str  # path or URL it was read from, for messages
    text: str  # the whole source
    url: str | None = None  # where it is published, if known
    language: str | None = None  # BCP 47
    topics: tuple[PageTopic, ...] = ()
    mentions: tuple[PageMention, ...] = ()
    prerequisites: tuple[StatedPrerequisite, ...] = ()
    warnings: tuple[PageWarning, ...] = field(default=())
