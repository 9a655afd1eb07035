"""Names as people write them, folded to what they share; and slugs made of them."""

import re
import unicodedata
from functools import lru_cache

NAME_KINDS = ("label", "synonym", "part", "hidden")  # the better a name names its topic, the earlier
LONGEST_SLUG = 80  # characters: ids stand in URLs and on screens

_NOT_WORD = re.compile(r"[^\w+#]+")  # "c++" and "c#" keep their last sign
_NOT_SLUG = re.compile(r"[^\w]+")


@lru_cache(maxsize=2048)  # reading a page asks many word lists about one and the same name
def fold(name: str) -> str:
    """Fold case, accents, hyphens and punctuation: "Back-Propagation!" -> "back propagation"."""
    bare = name.lower() if name.isascii() else _without_accents(name)
    return " ".join(_NOT_WORD.sub(" ", bare.replace("_", " ")).split())


def _without_accents(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).casefold()  # decomposed first: "𝕊" has no small letter, "S" has
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def slug(name: str) -> str:
    """A readable id without slashes: "Learning by Gradient Descent" -> "learning-by-gradient-descent".

    Letters of any script stay. Returns "" for a name that has none.
    """
    words = _NOT_SLUG.sub(" ", fold(name)).split()
    short = "-".join(words)
    if len(short) <= LONGEST_SLUG:
        return short
    return short[:LONGEST_SLUG].rsplit("-", 1)[0]
