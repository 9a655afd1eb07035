"""The language that a page says it is in, in its front matter."""

import re
from collections.abc import Sequence

from service.catalog.vocabulary import Vocabulary
from service.ingest.markup import Markup
from service.ingest.page import PageWarning

KEYS = ("lang", "language")
LONGEST_SHOWN = 40  # characters of what is no language


def page_language(markup: Markup, lines: Sequence[str], vocabulary: Vocabulary) -> tuple[str | None, list[PageWarning]]:
    """The BCP 47 tag of the language that the front matter names, and a warning where it names none."""
    key = next((key for key in KEYS if markup.front_matter.get(key) not in (None, "")), None)
    if key is None:
        return None, []
    name = _as_text(markup.front_matter[key])
    tag = vocabulary.language_named(name)
    if tag is not None:
        return tag, []
    message = f"No language is called {name[:LONGEST_SHOWN]!r}; use a BCP 47 tag, as en."
    return None, [PageWarning(_line_of(key, markup.front_matter_lines, lines), "unknown_language", message)]


def _as_text(stated: object) -> str:
    if stated is False:
        return "no"  # the tag of Norwegian, as YAML reads it
    # Of what is no text, the kind alone: a short list in YAML may have a billion members.
    return stated if isinstance(stated, str) else f"({type(stated).__name__})"


def _line_of(key: str, places: range, lines: Sequence[str]) -> int:
    """Where the front matter has the key; its first line where that is not at the start of one."""
    at_start = re.compile(rf"""["']?{key}\b""")
    return next((line for line in places if at_start.match(lines[line - 1])), places.start)
