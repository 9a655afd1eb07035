"""Tags of Liquid and kramdown, which a site's generator takes out before anyone reads the page."""

import re

# No tag is longer than this: an unclosed "{{" must not make the search run to the end of a page each time.
LONGEST_TAG = 400  # characters

_COMMENT_TAG = re.compile(r"\{%-?\s{0,8}(end)?comment\s{0,8}-?%\}")
_TAG = re.compile(
    rf"\{{%[^%\n]{{0,{LONGEST_TAG}}}%\}}|\{{\{{[^}}\n]{{0,{LONGEST_TAG}}}\}}\}}|\{{:[^}}\n]{{0,{LONGEST_TAG}}}\}}"
)
_HEADING_ID = re.compile(r"[ \t]\{#[\w:.-]{1,80}\}[ \t]*$", re.MULTILINE)


def without_templates(text: str) -> str:
    """The page without template tags; what a `comment` tag encloses goes too. Lines keep their numbers."""
    if "{" not in text:
        return text
    return _HEADING_ID.sub("", _TAG.sub("", _without_comments(text)))


def _without_comments(text: str) -> str:
    """Each comment becomes the line breaks that it holds; one that is never closed stays."""
    parts: list[str] = []
    end = 0  # of what is dealt with
    opened: int | None = None
    for tag in _COMMENT_TAG.finditer(text):
        is_end = tag.group(1) is not None
        if not is_end and opened is None:
            opened = tag.start()
        elif is_end and opened is not None:
            parts += [text[end:opened], "\n" * text.count("\n", opened, tag.end())]
            end, opened = tag.end(), None
    return "".join([*parts, text[end:]])
