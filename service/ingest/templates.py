"""Tags of Liquid and kramdown, which a site's generator takes out before anyone reads the page."""

import re

# No tag is longer than this: an unclosed "{{" must not make the search run to the end of a page each time.
LONGEST_TAG = 400  # characters

_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}(.*?)\{%-?\s*endcomment\s*-?%\}", re.DOTALL)
_TAG = re.compile(
    rf"\{{%[^%\n]{{0,{LONGEST_TAG}}}%\}}|\{{\{{[^}}\n]{{0,{LONGEST_TAG}}}\}}\}}|\{{:[^}}\n]{{0,{LONGEST_TAG}}}\}}"
)
_HEADING_ID = re.compile(r"[ \t]\{#[\w:.-]{1,80}\}[ \t]*$", re.MULTILINE)


def without_templates(text: str) -> str:
    """The page without template tags; what a `comment` tag encloses goes too. Lines keep their numbers."""
    if "{" not in text:
        return text
    if "endcomment" in text:
        text = _COMMENT.sub(lambda found: "\n" * found.group().count("\n"), text)
    return _HEADING_ID.sub("", _TAG.sub("", text))
