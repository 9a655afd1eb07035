"""Words find resources by BM25; what a question asks besides is asked of every hit."""

from pathlib import Path

import pytest

from service.catalog.wanted import EVERYTHING, Wanted
from service.errors import IndexUnavailable
from service.search.index.documents import IndexDocument
from service.search.index.lexical import LexicalReader, LexicalWriter, create
from service.search.index.stems import stems

DOCUMENTS = [
    IndexDocument(1, "soil in five minutes soil", "", "video", "en", 2019, True),
    IndexDocument(2, "the soil handbook gardens", "", "book", "en", 2005, False),
    IndexDocument(3, "erde verstehen soil", "", "article", "de", None, False),
    IndexDocument(4, "pruning roses", "", "video", None, 2021, False),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create(tmp_path)
    writer = LexicalWriter(tmp_path)
    writer.add(DOCUMENTS)
    writer.finish()
    return tmp_path


def test_the_document_that_says_it_more_often_comes_first(folder: Path) -> None:
    found = LexicalReader(folder).search(["soil"], EVERYTHING, 10)

    assert [hit.number for hit in found] == [1, 3, 2]
    assert all(0 < hit.score < 1 for hit in found)


def test_words_are_found_in_other_forms(folder: Path) -> None:
    found = LexicalReader(folder).search(["gardening", "rose"], EVERYTHING, 10)

    assert {hit.number for hit in found} == {2, 4}


def test_a_word_that_nothing_has_lowers_the_score(folder: Path) -> None:
    reader = LexicalReader(folder)

    plain, mixed = (reader.search(words, EVERYTHING, 1)[0].score for words in (["soil"], ["soil", "unicorn"]))

    assert mixed < plain / 2


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(media_types=("video",)), {1}),
        (Wanted(media_types=("video", "book")), {1, 2}),
        (Wanted(without_media_types=("video",)), {2, 3}),
        (Wanted(language="de"), {3}),
        (Wanted(year_min=2010), {1}),
        (Wanted(year_max=2010), {2}),
        (Wanted(is_free=True), {1}),
    ],
)
def test_hits_meet_what_else_is_asked(folder: Path, wanted: Wanted, numbers: set[int]) -> None:
    assert {hit.number for hit in LexicalReader(folder).search(["soil"], wanted, 10)} == numbers


def test_an_open_reader_keeps_what_it_opened(folder: Path) -> None:
    reader = LexicalReader(folder)
    writer = LexicalWriter(folder)
    writer.remove([1, 2])
    writer.add([IndexDocument(5, "soil again", "", "tool", None, None, False)])
    writer.finish()

    assert {hit.number for hit in reader.search(["soil"], EVERYTHING, 10)} == {1, 2, 3}
    assert {hit.number for hit in LexicalReader(folder).search(["soil"], EVERYTHING, 10)} == {3, 5}


def test_what_was_not_finished_was_never_written(folder: Path) -> None:
    writer = LexicalWriter(folder)
    writer.remove([1, 2, 3, 4])
    del writer

    assert LexicalReader(folder).size == len(DOCUMENTS)


@pytest.mark.parametrize(
    "text", ["", "  ", "AND OR NOT", 'title:"x" +[1 TO *]', "\x00\x01", "שלום", "学习", "a" * 10_000]
)
def test_any_text_is_only_words(folder: Path, text: str) -> None:
    assert LexicalReader(folder).search([text], EVERYTHING, 10) == []


def test_the_words_of_a_question_are_bounded() -> None:
    assert len(stems(f"word{i}" for i in range(1000))) == 32


@pytest.mark.parametrize("damage", [b"", b"\0" * 4000, b"not an index"])
def test_a_damaged_index_is_told_in_our_words(folder: Path, damage: bytes) -> None:
    for path in folder.glob("*.idx"):
        path.write_bytes(damage)

    with pytest.raises(IndexUnavailable):
        LexicalReader(folder).search(["soil"], EVERYTHING, 10)
