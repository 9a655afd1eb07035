"""The media type of a resource: from emoji, the words beside its link, its heading, its host and path."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from service.catalog.facts import Evidence
from service.catalog.page_words import TypeHint
from service.catalog.urls import ResourceUrl
from service.catalog.vocabulary import Vocabulary

# How sure each source makes us. What the page states outranks what an address suggests, but for the two
# weaker kinds of word: they may speak of something else on the line.
BY_LEGEND = 0.98
BY_KNOWN_EMOJI = 0.8
BY_LINK_TEXT = 0.92
BY_LABEL = 0.9  # "Paper: …", "… (video)"
BY_COLUMN = 0.88
BY_HEADING = 0.85
BY_TOPIC_HEADING = 0.55  # "Deep Learning Books": about books, or a subject of that name
BY_WORD_NEARBY = 0.65
BY_DEFAULT = 0.3

# Videos come in these: below such a heading, a video's address says only what it is made of.
COLLECTIONS = frozenset({"course", "podcast"})

_BRACKETED = re.compile(r"[(\[]([^()\[\]]{1,40})[)\]]")


@dataclass(frozen=True)
class Clues:
    """Everything near a link that may tell its media type."""

    parts: ResourceUrl
    text: str  # what the link shows
    before: str
    after: str
    emoji_type: str | None = None  # by the page's legend
    known_emoji_type: str | None = None  # by the vocabulary
    symbol: str = ""
    column: str = ""  # the table column's heading
    heading: str = ""
    heading_type: str | None = None
    is_heading_certain: bool = False
    is_first: bool = True  # in its bullet: emoji and headings speak for the first link


def media_type(clues: Clues, vocabulary: Vocabulary) -> tuple[str, Evidence]:
    """The media type with the strongest evidence; `article`, weakly, where there is none."""
    candidates = [*_stated(clues, vocabulary), *_by_address(clues.parts, vocabulary)]
    if clues.heading_type in COLLECTIONS and clues.is_heading_certain and clues.is_first:
        candidates = [c for c in candidates if c[0] != "video" or c[1].source in ("emoji", "text")]
    best = max(candidates, key=lambda c: c[1].confidence, default=None)
    return best or ("article", Evidence("default", BY_DEFAULT, "nothing says otherwise"))


def _stated(clues: Clues, vocabulary: Vocabulary) -> Iterator[tuple[str, Evidence]]:
    if clues.emoji_type:
        yield clues.emoji_type, Evidence("emoji", BY_LEGEND, f"{clues.symbol}, by the page's legend")
    elif clues.known_emoji_type:
        yield clues.known_emoji_type, Evidence("emoji", BY_KNOWN_EMOJI, clues.symbol)
    yield from _by_words(clues, vocabulary)
    if clues.column and (kind := vocabulary.media_type_named(clues.column)):
        yield kind, Evidence("heading", BY_COLUMN, f"column {clues.column!r}")
    if clues.heading_type and clues.is_first:
        confidence = BY_HEADING if clues.is_heading_certain else BY_TOPIC_HEADING
        yield clues.heading_type, Evidence("heading", confidence, clues.heading)


def _by_words(clues: Clues, vocabulary: Vocabulary) -> Iterator[tuple[str, Evidence]]:
    """Words in the link, in brackets beside it, and as a label in front of it."""
    text = clues.text.strip(" ()[]")
    if kind := type_named(text, vocabulary):
        yield kind, Evidence("text", BY_LINK_TEXT, text)
    elif kind := _last_words_type(text, vocabulary):
        is_label = len(text.split()) <= 3 and text.split()[-1].islower()  # "Deep Learning Tutorial" is a title
        yield kind, Evidence("text", BY_LABEL if is_label else BY_WORD_NEARBY, text)
    for found in _BRACKETED.finditer(f"{text[-60:]} {clues.after[:200]}"):
        if kind := type_named(found.group(1), vocabulary):
            yield kind, Evidence("text", BY_LABEL, found.group())
    if kind := _label_type(clues.before, vocabulary):
        yield kind, Evidence("text", BY_LABEL, clues.before.strip())
    first = clues.after.split()[:1]
    if first and first[0][0].isalpha() and (kind := _plain_type(first[0], vocabulary)):
        yield kind, Evidence("text", BY_WORD_NEARBY, first[0])


def type_named(text: str, vocabulary: Vocabulary) -> str | None:
    """The media type that a text names; "CLIP" is a model, no clip."""
    is_acronym = text.isupper() and vocabulary.page_words.has("ambiguous_types", text)
    return None if is_acronym else vocabulary.media_type_named(text)


def _label_type(before: str, vocabulary: Vocabulary) -> str | None:
    """The type that the words before a link give it: "Paper", "Video:", "... book by", "(paper)"."""
    label = before.strip(" :–—-([*•.,")
    if kind := type_named(label, vocabulary):
        return kind
    words = label.split()
    return _plain_type(words[0], vocabulary) if len(words) > 1 and words[0].endswith(":") else None


def _last_words_type(text: str, vocabulary: Vocabulary) -> str | None:
    words = text.split()
    if len(words) < 2:
        return None
    two = vocabulary.media_type_named(" ".join(words[-2:]))
    return two or _plain_type(words[-1], vocabulary)


def _plain_type(word: str, vocabulary: Vocabulary) -> str | None:
    return None if vocabulary.page_words.has("ambiguous_types", word) else vocabulary.media_type_named(word)


def _by_address(parts: ResourceUrl, vocabulary: Vocabulary) -> Iterator[tuple[str, Evidence]]:
    words = vocabulary.page_words
    path = urlsplit(parts.canonical).path
    segments = [segment.lower() for segment in path.split("/") if segment][:20]
    rule = words.rule_for(parts.host, path)
    extension = segments[-1].rpartition(".")[2] if segments and "." in segments[-1] else ""
    if rule:
        yield _hinted(rule.hint, "host", parts.host if rule.path == "*" else f"{rule.host}{rule.path}")
    if label := words.host_labels.get(parts.host.partition(".")[0]):
        yield _hinted(label, "host", parts.host)
    for segment in segments:
        if hint := words.path_segments.get(segment):
            yield _hinted(hint, "path", f"/{segment}/")
    if hint := words.extensions.get(extension):
        yield _hinted(hint, "path", f".{extension}")


def _hinted(hint: TypeHint, source: str, detail: str) -> tuple[str, Evidence]:
    return hint.media_type, Evidence(source, hint.confidence, detail)
