"""A page's own legend: which emoji it uses for which media type."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.catalog.names import fold
from service.catalog.vocabulary import Vocabulary
from service.ingest.blocks import Block, cell_text
from service.ingest.page import PageWarning
from service.ingest.symbols import emoji_in, symbol_key

LONGEST_LABEL = 5  # words: what is longer is a sentence that happens to hold an emoji
_SEPARATORS = " \t=:–—-|,;.→>*•()"


@dataclass(frozen=True)
class Legend:
    """Emoji to media types, and the blocks (by index) that say so."""

    types: Mapping[str, str]
    blocks: frozenset[int]
    warnings: tuple[PageWarning, ...]


def read_legend(blocks: Sequence[Block], vocabulary: Vocabulary) -> Legend:
    """Find the legend wherever it stands: in one line, a table or a list, before its emoji or after."""
    types: dict[str, str] = {}
    found: set[int] = set()
    warnings: list[PageWarning] = []
    for index, block in enumerate(blocks):
        pairs, meant = _meaning(block, vocabulary)
        if len(meant) >= 2 or (len(meant) == 1 and len(pairs) == 1):
            found.add(index)
            for symbol, label in pairs:
                if symbol in meant:
                    types.setdefault(symbol, meant[symbol])
                elif label:
                    warnings.append(_unknown(block.line, symbol, label))
    return Legend(types, frozenset(found), tuple(warnings))


def _meaning(block: Block, vocabulary: Vocabulary) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The pairs of emoji and label in a block, in the reading that names most media types."""
    best: tuple[list[tuple[str, str]], dict[str, str]] = ([], {})
    if block.kind == "heading" or any(block.links):
        return best
    for pairs in _readings(block):
        meant = {symbol: kind for symbol, label in pairs if (kind := _media_type(label, vocabulary))}
        if len(meant) > len(best[1]):
            best = (pairs, meant)
    return best


def _readings(block: Block) -> Iterable[list[tuple[str, str]]]:
    text = block.text
    found = emoji_in(text)
    if found:
        starts = [start for start, _, _ in found]
        ends = [end for _, end, _ in found]
        symbols = [symbol for _, _, symbol in found]
        after = [text[end:start] for end, start in zip(ends, [*starts[1:], len(text)], strict=True)]
        before = [text[end:start] for end, start in zip([0, *ends[:-1]], starts, strict=True)]
        for labels in (after, before):
            yield _pairs(symbols, labels)
    if block.columns:
        cells = [cell_text(cell) for cell in block.cells]
        headed = [(emoji_in(column), cell) for column, cell in zip(block.columns, cells, strict=False)]
        yield _pairs([e[0][2] for e, _ in headed if e], [cell for e, cell in headed if e])


def _pairs(symbols: Iterable[str], labels: Iterable[str]) -> list[tuple[str, str]]:
    stripped = ((symbol_key(s), label.strip(_SEPARATORS)) for s, label in zip(symbols, labels, strict=True))
    return [(symbol, label) for symbol, label in stripped if len(label.split()) <= LONGEST_LABEL]


def _media_type(label: str, vocabulary: Vocabulary) -> str | None:
    """What a label names: all of it, or its last word ("video lecture", "research paper")."""
    words = fold(label).split()
    if not words:
        return None
    return vocabulary.media_type_named(label) or next(
        (kind for word in (words[-1], words[0]) if (kind := vocabulary.media_type_named(word))), None
    )


def _unknown(line: int, symbol: str, label: str) -> PageWarning:
    return PageWarning(line, "unknown_media_type", f"The legend says {symbol} is {label!r}, which is no media type.")
