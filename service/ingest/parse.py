"""A page's text becomes a frozen Page: blocks, legend, outline, then every link with what is said of it."""

import gc
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from service.catalog.vocabulary import Vocabulary
from service.errors import PageError
from service.ingest.legend import read_legend
from service.ingest.markup import read_markup
from service.ingest.naming import WORDS_BEFORE
from service.ingest.outline import read_outline
from service.ingest.page import Note, Page, PageMention, PageTopic, PageWarning
from service.ingest.page_language import page_language
from service.ingest.page_reader import PageReader


def decode_page(content: bytes, source: str) -> str:
    """A page's bytes as text: UTF-8, with or without a byte order mark; line ends become line feeds.

    Other control characters become spaces: terminals obey some, and no XML can hold them.

    Raises PageError with the line and the byte where it is something else.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PageError(source, f"not UTF-8: byte {error.start} is 0x{content[error.start]:02x}.", line) from error
    return _without_controls(text)


def _without_controls(text: str) -> str:
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@contextmanager
def _garbage_later() -> Iterator[None]:
    """Millions of objects live until a large page is read; to look for garbage among them costs much of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_garbage_later()
def parse_page(text: str, *, name: str, source: str, url: str | None, vocabulary: Vocabulary) -> Page:
    """Read a page of links; `url`, where it is published, lets relative links lead somewhere."""
    text = _without_controls(text.removeprefix("\ufeff"))
    markup = read_markup(text)
    legend = read_legend(markup.blocks, vocabulary)
    outline = read_outline(markup.blocks, markup.front_matter, vocabulary)
    lines = text.split("\n")
    language, doubts = page_language(markup, lines, vocabulary)
    reader = PageReader(lines, url, vocabulary, markup.blocks, legend, outline)
    reader.read()
    if markup.cut_line:
        reader.warnings.append(
            PageWarning(markup.cut_line, "too_deep", "What is nested deeper than this was not read.")
        )
    return Page(
        name=name,
        title=outline.title or name.replace("-", " ").strip() or name,
        source=source,
        text=text,
        url=url,
        language=language,
        topics=_with_notes(outline.topics, reader.notes),
        mentions=_with_borrowed_titles(reader.mentions, reader.ids),
        prerequisites=tuple(reader.prerequisites),
        warnings=tuple(sorted([*doubts, *legend.warnings, *outline.warnings, *reader.warnings], key=lambda w: w.line)),
    )


def _with_notes(topics: Sequence[PageTopic], notes: Sequence[tuple[int, Note]]) -> tuple[PageTopic, ...]:
    by_topic: dict[int, list[Note]] = {}
    for topic, note in notes:
        by_topic.setdefault(topic, []).append(note)
    return tuple(replace(topic, notes=tuple(by_topic.get(i, ()))) for i, topic in enumerate(topics))


def _with_borrowed_titles(mentions: Sequence[PageMention], ids: Mapping[str, str]) -> tuple[PageMention, ...]:
    """Mentions without a good title of their own take the best one that the page has for the same resource.

    `ids` are the resources' ids by the URLs that the mentions print.
    """
    best: dict[str, PageMention] = {}
    for mention in mentions:
        known = best.setdefault(ids[mention.url], mention)
        if mention.title_evidence.confidence > known.title_evidence.confidence:
            best[ids[mention.url]] = mention
    return tuple(_borrowing(mention, best[ids[mention.url]]) for mention in mentions)


def _borrowing(mention: PageMention, best: PageMention) -> PageMention:
    if mention.title_evidence.confidence >= WORDS_BEFORE or best.title_evidence.confidence < WORDS_BEFORE:
        return mention
    evidence = replace(best.title_evidence, detail=f"as line {best.line} names it")
    return replace(mention, title=best.title, title_evidence=evidence, is_title_weak=False)
