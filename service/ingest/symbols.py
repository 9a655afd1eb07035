"""Emoji in text: which ones, where, and the text without them."""

import re
from collections.abc import Mapping
from functools import lru_cache

from emoji import EMOJI_DATA, emoji_list

_SELECTOR = "\ufe0f"  # asks for the colourful form; two spellings of one emoji differ in it
_JOINER = "\u200d"
# Signs that Unicode counts among emoji and that people use as letters and arrows.
_PLAIN = frozenset("©®™↔↕↖↗↘↙↩↪▪▫▶◀")


@lru_cache(maxsize=1)
def _firsts() -> frozenset[str]:
    """Every character an emoji may start with, but for digits and the like."""
    return frozenset(symbol[0] for symbol in EMOJI_DATA if ord(symbol[0]) > 127) - _PLAIN


_SHORTCODE = re.compile(r":[\w+-]{1,60}:")


@lru_cache(maxsize=1)
def _by_shortcode() -> Mapping[str, str]:
    """Emoji by every name that GitHub and Unicode give them; the emoji package itself searches in a loop."""
    names: dict[str, str] = {}
    for symbol, entry in EMOJI_DATA.items():
        for name in (entry["en"], *entry.get("alias", ())):
            names.setdefault(name, symbol)
    return names


def emojized(text: str) -> str:
    """Text with its shortcodes (":book:") turned into emoji."""
    if text.count(":") < 2:
        return text
    return _SHORTCODE.sub(lambda found: _by_shortcode().get(found.group(), found.group()), text)


def emoji_in(text: str) -> list[tuple[int, int, str]]:
    """Start, end and key of each emoji; the key is the same for all spellings of one."""
    if text.isascii() or _firsts().isdisjoint(text):
        return []
    return [
        (found["match_start"], found["match_end"], symbol_key(found["emoji"]))
        for found in emoji_list(text)
        if found["emoji"][0] not in _PLAIN
    ]


def symbol_key(symbol: str) -> str:
    """One spelling for an emoji."""
    return symbol.replace(_SELECTOR, "")


def without_emoji(text: str) -> str:
    """Text as read aloud: no emoji, and single spaces."""
    if text.isascii():
        return " ".join(text.split())
    parts, last = [], 0
    for start, end, _ in emoji_in(text):
        parts.append(text[last:start])
        last = end
    bare = " ".join([*parts, text[last:]])
    return " ".join(bare.replace(_SELECTOR, "").replace(_JOINER, "").split())
