"""What the words around a link name and state: a title, its authors, a year, a place."""

import re
from dataclasses import dataclass

from service.catalog.page_words import PageWords
from service.catalog.vocabulary import Vocabulary
from service.ingest.authors import Names, read_byline, read_names
from service.ingest.facts import at_year, is_locator, locator_in, without_locator, without_year, year_in
from service.ingest.link_text import is_nameless
from service.ingest.titles import LIST_NUMBER, LOOSE_ENDS, clean_title, tidy

LONGEST_TAIL = 3  # words behind the authors of a dated title; more make it a sentence
_QUOTED = re.compile(r"[\"“”«「『]([^\"“”«»「」『』]{6,200})[\"”“»」』]")
_BRACKETED = re.compile(r"[(\[*][^()\[\]]{0,200}[)\]]")
_LAST_BRACKET = re.compile(r"(?<=\S)\s*[(\[（]([^()\[\]（）]{1,40})[)\]）]\s*$")
# A full stop ends a sentence after a word of three letters, "Chapter 1" or a bracket; "Simon J.D. Prince" goes on.
_SENTENCE_END = re.compile(
    r"(?:(?<=[^\W\d_]{3})|(?<=[a-z] \d)|(?<=[)\"”?!]))[.](?=\s+[^\W\d_a-z]|$)|(?<=[?!])(?=\s+[A-Z])|。"
)
_TYPE_ENDINGS = re.compile(r"\s+(?:text)?(?:book|paper|video|article|blog ?post)s?$", re.IGNORECASE)


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


def read_before(text: str, strong: str, vocabulary: Vocabulary) -> Wording:
    """Read the words before a link; `strong` is what they set in bold, often the title."""
    words = vocabulary.page_words
    text = tidy(text)
    if not text:
        return Wording()
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


def read_name(text: str, vocabulary: Vocabulary) -> Wording:
    """Read a link's text that is a name: a citation, "Title by Author", or a plain title."""
    words = vocabulary.page_words
    text = _without_remarks(text, vocabulary)
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
        note=tidy(note).strip(LOOSE_ENDS),
        is_quoted=True,
    )


def _names_before(left: str, words: PageWords) -> Names:
    """The authors that a citation puts before the title; a verb ("Explore **lenses**") is set off by no comma."""
    text = LIST_NUMBER.sub("", left.strip(' "“'))
    return read_names(text, words, is_citation=True) if text.endswith((",", ".", ":")) else Names()


def _names_after(right: str, words: PageWords) -> Names:
    """The authors after a title and its year: "(2013), T. Mikolov et al."."""
    before, year, rest = at_year(right)
    return read_names(rest.lstrip(" ,"), words) if year and not before.strip(LOOSE_ENDS) else Names()


def _dated(text: str, words: PageWords) -> Wording | None:
    """Read "Rays of light (2015), A. Lee et al."; None for any other text."""
    title, year, rest = at_year(text)
    names = read_names(rest.lstrip(" ,"), words) if year else Names()
    if not title.strip() or not names or len(names.rest.split()) > LONGEST_TAIL:
        return None
    return Wording(clean_title(title), names.people, names.organisation, year)


def _publisher_after(text: str) -> str | None:
    """The publisher: "deeplearning.ai" of ", deeplearning.ai, 2019"; remarks in brackets are nobody."""
    first = _BRACKETED.sub("", text).strip(LOOSE_ENDS + '"”').split(",")[0].strip()
    is_name = first[:1].isupper() or re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", first)
    return first if is_name and len(first.split()) <= 3 and not first[-1].isdigit() else None


def _with_byline(before: str, names: Names) -> Wording:
    """Read "Title book by A and B: Chapter 1. More words", or "Claim by A et al, Title, 2017"."""
    cited = names.rest.strip().lstrip(",").strip()
    title, _, rest = _first_sentence(cited)
    year = year_in(names.rest)
    if names.has_others and len(title.split()) >= 3 and not is_locator(title):
        return Wording(
            clean_title(without_year(title)), names.people, names.organisation, year, note=clean_title(before)
        )
    locator = locator_in(names.rest)
    note = rest if locator and is_locator(title.strip(LOOSE_ENDS)) else without_year(names.rest)
    return Wording(
        title=clean_title(_TYPE_ENDINGS.sub("", tidy(before))),
        authors=names.people,
        publisher=names.organisation,
        year=year,
        locator=locator,
        note=note.strip(LOOSE_ENDS + "()"),
    )


def _first_sentence(text: str) -> tuple[str, str, str]:
    found = _SENTENCE_END.search(text)
    return (text[: found.start()], found.group(), text[found.end() :].strip()) if found else (text, "", "")


def _without_remarks(text: str, vocabulary: Vocabulary) -> str:
    """Without closing brackets that state a fact: "Breadth-first search (video)"."""
    while (found := _LAST_BRACKET.search(text)) and is_nameless(found.group(1), vocabulary):
        text = text[: found.start()]
    return text


def _is_surely_named(names: Names) -> bool:
    """Whether a title's last words are its authors': "Learning by Error Propagation" has none."""
    return bool(names.organisation) or len(names.people) > 1 or any("." in name for name in names.people)
