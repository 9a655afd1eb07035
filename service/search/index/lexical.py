"""The words of resources, ranked by BM25: an index of tantivy's."""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import tantivy
from tantivy import Occur, Query

from service.catalog.wanted import Wanted
from service.errors import IndexUnavailable
from service.search.index.documents import IndexDocument
from service.search.index.stems import make_analyser, stems

WRITER_BYTES = 100_000_000  # a segment is written when its documents fill this
K1 = 1.2  # tantivy's constant: a word that is frequent in a document counts for up to 1 + K1 times its weight

_ANALYSER = "folded words"


class Scored(NamedTuple):
    """A resource's number and its BM25 score, as a share of the most that any document could have (0..1)."""

    number: int
    score: float


def create(folder: Path) -> None:
    """An empty index in an empty folder."""
    tantivy.Index(_schema(), str(folder))


class LexicalWriter:
    """Writes to the index in a folder; IndexUnavailable when it cannot. Nobody sees any of it before `finish`."""

    def __init__(self, folder: Path) -> None:
        self._index = _open(folder)
        # One thread makes one segment of what fits into its memory: fewer to search, and nothing to merge.
        with _damage_told():
            self._writer = self._index.writer(WRITER_BYTES, 1)
            self._writer.garbage_collect_files()  # a writer that died may have left files with names that come again

    def add(self, documents: Iterable[IndexDocument]) -> None:
        """Add documents whose numbers are new, or were removed."""
        schema = self._index.schema
        for document in documents:
            self._writer.add_document(tantivy.Document.from_dict(_fields(document), schema))

    def remove(self, numbers: Collection[int]) -> None:
        """Remove what there is of these resources."""
        if numbers:
            self._writer.delete_documents_by_query(Query.term_set_query(self._index.schema, "number", list(numbers)))

    def finish(self) -> None:
        """Keep all that was added and removed, at once."""
        with _damage_told():
            self._writer.commit()
            self._writer.wait_merging_threads()


class LexicalReader:
    """What the index in a folder held when it was opened; IndexUnavailable when it cannot be read."""

    def __init__(self, folder: Path) -> None:
        index = _open(folder)
        self._schema = index.schema
        with _damage_told():
            self._searcher = index.searcher()

    @property
    def size(self) -> int:
        """How many resources it holds."""
        return int(self._searcher.num_docs)

    def search(self, words: Iterable[str], wanted: Wanted, limit: int, among: Collection[int] = ()) -> list[Scored]:
        """The resources that have any of the words, the best first; only those `among` these numbers, if any.

        They meet what `wanted` says of media types, language, years and cost; topics and words it leaves aside.
        """
        terms = stems(words)
        if not terms or limit < 1:
            return []
        conditions = [(Occur.Must, self._any_of(terms)), *self._narrowing(wanted)]
        if among:
            conditions.append((Occur.Must, self._exactly("number", list(among))))
        hits = self._search(conditions, limit)
        most = sum(self._weight(term) for term in terms) * (1 + K1)
        return [Scored(number, score / most) for number, score in hits]

    def having_all(self, words: Iterable[str], wanted: Wanted, limit: int) -> list[int]:
        """The numbers of the resources that have all of the words, the best first."""
        terms = stems(words)
        if not terms or not all(self._searcher.doc_freq("words", term) for term in terms):
            return []
        conditions = [(Occur.Must, self._term(term)) for term in terms]
        return [number for number, _ in self._search([*conditions, *self._narrowing(wanted)], limit)]

    def _search(self, conditions: Sequence[tuple[Occur, Query]], limit: int) -> list[tuple[int, float]]:
        """(number, score) of the best."""
        query = Query.boolean_query(conditions)
        with _damage_told():
            hits = self._searcher.search(query, limit, count=False).hits
            numbers: Any = self._searcher.fast_field_values("number", [address for _, address in hits])
        return [(number, score) for number, (score, _) in zip(numbers, hits, strict=True)]

    def _term(self, term: str) -> Query:
        return Query.term_query(self._schema, "words", term, index_option="freq")

    def _any_of(self, terms: Iterable[str]) -> Query:
        one = list(map(self._term, terms))
        return one[0] if len(one) == 1 else Query.boolean_query([(Occur.Should, query) for query in one])

    def _weight(self, term: str) -> float:
        """A word's inverse document frequency; a word that nothing has weighs most."""
        having = self._searcher.doc_freq("words", term)
        total = max(self.size, having)  # what was removed of late is still counted among those that have it
        return math.log(1 + (total - having + 0.5) / (having + 0.5))

    def _narrowing(self, wanted: Wanted) -> Iterator[tuple[Occur, Query]]:
        for occur, types in ((Occur.Must, wanted.media_types), (Occur.MustNot, wanted.without_media_types)):
            if types:
                yield occur, self._exactly("media_type", types)
        if wanted.language:
            yield Occur.Must, self._exactly("language", [wanted.language])
        if wanted.is_free:
            yield Occur.Must, self._exactly("is_free", [1])
        if wanted.year_min is not None or wanted.year_max is not None:
            low, high = max(wanted.year_min or 0, 0), wanted.year_max
            kind = tantivy.FieldType.Unsigned
            yield Occur.Must, Query.const_score_query(Query.range_query(self._schema, "year", kind, low, high), 0.0)

    def _exactly(self, name: str, values: Sequence[str | int]) -> Query:
        """A condition that adds nothing to the score."""
        if len(values) == 1:
            one = Query.term_query(self._schema, name, values[0], index_option="basic")
            return Query.const_score_query(one, 0.0)
        return Query.const_score_query(Query.term_set_query(self._schema, name, list(values)), 0.0)


def _open(folder: Path) -> tantivy.Index:
    with _damage_told():
        index = tantivy.Index.open(str(folder))
    index.register_tokenizer(_ANALYSER, make_analyser())
    return index


@contextmanager
def _damage_told() -> Iterator[None]:
    """Call in our own words what the library says of files that it cannot read; its panics are no `Exception`s."""
    try:
        yield
    except Exception as error:
        raise IndexUnavailable(f"The search index is damaged: {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise IndexUnavailable(f"The search index is damaged: {error}") from error


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", indexed=True, fast=True)
    builder.add_text_field("words", tokenizer_name=_ANALYSER, index_option="freq")
    for name in ("media_type", "language"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("year", "is_free"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder.build()


def _fields(document: IndexDocument) -> dict[str, str | int]:
    fields: dict[str, str | int | None] = {
        "number": document.number,
        "words": document.words,
        "media_type": document.media_type,
        "language": document.language,
        "year": document.year,
        "is_free": int(document.is_free),
    }
    return {name: value for name, value in fields.items() if value is not None}
