"""Words as the lexical index has them."""

import threading
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

import tantivy
from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from service.catalog.names import fold

LONGEST_WORD = 40  # letters; what is longer is a hash or a mistake
MOST_WORDS = 32  # different ones of a question


def stems(texts: Iterable[str], most: int = MOST_WORDS) -> list[str]:
    """The texts' words as the index has them, each once, the first `most` of them: "Networks" -> "network"."""
    folded = dict.fromkeys(" ".join(map(fold, texts)).split())
    return list(dict.fromkeys(stem for word in islice(folded, most) for stem in _stems(word)))


@lru_cache(maxsize=4096)
def _stems(word: str) -> list[str]:
    with _analysing:
        return list(_analyser.analyze(word))


def make_analyser() -> tantivy.TextAnalyzer:
    """Texts come folded: what is left to do is to cut them, and to bring the words of English to their stems."""
    builder = TextAnalyzerBuilder(Tokenizer.whitespace())
    return builder.filter(Filter.remove_long(LONGEST_WORD)).filter(Filter.stemmer("english")).build()


_analyser = make_analyser()
_analysing = threading.Lock()  # an analyser serves one thread at a time
