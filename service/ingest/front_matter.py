"""Front matter: YAML between "---" or TOML between "+++", at the top of a page or pasted into its middle."""

import tomllib
from collections.abc import Mapping
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

LONGEST = 200  # lines
MOST = 20  # in one page: parsing YAML is slow, and nobody pastes more

# In mid-page, "---" may as well be a rule and the underline of a heading. What stands between two of them
# is front matter only if all its keys are plain words and one of them is a static site generator's own.
# fmt: off
_KEYS = frozenset({
    "layout", "title", "toc", "permalink", "date", "tags", "categories", "category", "author", "authors",
    "draft", "weight", "slug", "sidebar", "description", "nav_order", "parent", "has_children", "published",
    "comments", "mathjax", "math", "lang", "language", "template", "sidebar_position", "sidebar_label", "id",
    "keywords", "image", "cover", "redirect_from", "type", "menu", "aliases", "url"
})
# fmt: on


def front_matter_plugin(md: MarkdownIt) -> None:
    """Teach markdown-it to take front matter out as tokens "front_matter" whose meta is its content."""
    md.block.ruler.before("table", "front_matter", _rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def _rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    marker = _line(state, start)
    if marker not in ("---", "+++") or state.sCount[start] - state.blkIndent > 0 or state.level:
        return False
    if state.env.get("front_matters", 0) >= MOST:
        return False
    last = _closing(state, start, end, marker)
    if last is None:
        return False
    content = read_front_matter("\n".join(_line(state, i) for i in range(start + 1, last)), marker)
    if content is None or not (start == 0 or _is_pasted(content)):
        return False
    if not silent:
        state.env["front_matters"] = state.env.get("front_matters", 0) + 1
        token = state.push("front_matter", "", 0)
        token.map = [start, last + 1]
        token.meta = dict(content)
        state.line = last + 1
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] : state.eMarks[number]].rstrip()


def _closing(state: StateBlock, start: int, end: int, marker: str) -> int | None:
    """The line that closes it; a blank line ends the search, but not at the top of a page."""
    for number in range(start + 1, min(end, start + LONGEST)):
        line = _line(state, number)
        if line == marker:
            return number
        if not line and start > 0:
            return None
    return None


def read_front_matter(text: str, marker: str) -> Mapping[str, Any] | None:
    """What YAML ("---") or TOML ("+++") says; None if it is neither."""
    try:
        content = yaml.safe_load(text) if marker == "---" else tomllib.loads(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        # ValueError: TOML's own errors, and YAML dates such as 2024-13-45.
        return None
    return content if isinstance(content, dict) else None


def _is_pasted(content: Mapping[Any, Any]) -> bool:
    keys = [key for key in content if isinstance(key, str)]
    return len(keys) == len(content) and not _KEYS.isdisjoint(keys) and all(_is_plain(key) for key in keys)


def _is_plain(key: str) -> bool:
    return key.replace("_", "").replace("-", "").isalnum() and key == key.lower()
