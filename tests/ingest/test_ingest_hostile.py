"""Pages that nobody wrote: any text is read without a crash, in time that grows no faster than its length."""

from collections.abc import Callable

import pytest
from cpu_time import cpu_ratio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.catalog.urls import parse_url
from service.catalog.vocabulary import Vocabulary
from service.errors import PageError
from service.ingest.page import Page
from service.ingest.parse import decode_page, parse_page

# What means something to one of the parsers, in every order; "~" stands for a space inside a sign.
SIGNS = r"""
[ ] ( ) [](https:// ](http://x.org/a) ![ ](< > >> - * 1. | |-|-| # ## === --- +++ ``` ` ** _ ~~~~ < > <a <a~href= </a>
<!-- --> <div> </div> <table><tr><td> <h2> <br> <![CDATA[ <?x &amp; &lt;a&gt; & \ {% %} {{ }} {: } {#a} :book: = : " “
” by By~Ann~Lee et~al. , ; . ... (2015) , 2017 Chapter 1 in~Hebrew (12~min) free 📖 🇮🇱 👩‍💻 title:~a www.x.org
[r]:~https://x.org https://x.org/a_(b)#c https://arxiv.org/abs/1609.04836 [r] Books Requires: Note: (Lecture~2) 10
2~Rays 深度学习 שלום a Ab
"""
UNSEEN = ["\ufe0f", "\u200d", "\u0000", "\u2028", "\ufeff", "\t", "\n", "\n\n", " ", "  ", "    "]
pieces = st.sampled_from([sign.replace("~", " ") for sign in SIGNS.split()]) | st.sampled_from(UNSEEN)
hostile = st.lists(pieces, max_size=60).map("".join) | st.text(max_size=200)


def parse(text: str, vocabulary: Vocabulary, url: str | None = None) -> Page:
    return parse_page(text, name="page", source="page.md", url=url, vocabulary=vocabulary)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hostile, st.sampled_from([None, "https://x.org/course/"]))
def test_any_text_becomes_a_page_whose_parts_fit_together(vocabulary: Vocabulary, text: str, url: str | None) -> None:
    page = parse(text, vocabulary, url)

    last_line = page.text.count("\n") + 1
    for number, topic in enumerate(page.topics):
        assert topic.label
        assert topic.parent is None or topic.parent < number
        assert 1 <= topic.line <= last_line
    for mention in page.mentions:
        assert parse_url(mention.url)
        assert mention.title
        assert mention.media_type in vocabulary.media_types
        assert 0 <= mention.media_type_evidence.confidence <= 1
        assert 0 <= mention.title_evidence.confidence <= 1
        assert mention.topic is None or mention.topic < len(page.topics)
        assert 1 <= mention.line <= last_line
        assert mention.raw in page.text


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused_with_their_line(content: bytes) -> None:
    marked = content.decode("utf-8-sig", errors="surrogateescape").split("\n")
    wrong = [number for number, line in enumerate(marked, 1) if any("\udc80" <= sign <= "\udcff" for sign in line)]

    if not wrong:
        assert "\r" not in decode_page(content, "page.md")
        return
    with pytest.raises(PageError) as raised:
        decode_page(content, "page.md")
    assert raised.value.line == wrong[0]


@settings(max_examples=60, deadline=None)
@given(hostile)
def test_reading_twice_gives_the_same(vocabulary: Vocabulary, text: str) -> None:
    assert parse(text, vocabulary) == parse(text, vocabulary)


def repeated(unit: str) -> Callable[[int], str]:
    return lambda size: (unit * (size // len(unit) + 1))[:size]


def numbered(pattern: str) -> Callable[[int], str]:
    return lambda size: "".join(pattern.format(i=i) for i in range(size // len(pattern)))


SHAPES = {
    "one list": numbered("- [Title {i}](https://x.org/{i}) by Ann Lee (2015) - words\n"),
    "nested lists": lambda size: "".join(f"{'  ' * (i % 300)}- [a](https://x.org/{i})\n" for i in range(size // 300)),
    "nested quotes": repeated(">"),
    "nested quotes with lines": repeated(">" * 100 + " a\n"),
    "nested bullets in one line": repeated("- "),
    "one line of links": numbered("[t](https://x.org/{i}) and "),
    "one word": repeated("x"),
    "open brackets": repeated("["),
    "open links": repeated("[]("),
    "open pictures": repeated("![]("),
    "brackets that close late": lambda size: "[a" * (size // 4) + "](https://x.org)" * (size // 32),
    "reference definitions": numbered("[r{i}]: https://x.org/{i}\n"),
    "unclosed reference titles": numbered('[r{i}]: https://x.org/{i} "a\n'),
    "one table": lambda size: "| a | b |\n|---|---|\n" + numbered("| row | [x](https://x.org/{i}) |\n")(size),
    "one wide row": lambda size: "|a" * 1000 + "|\n" + "|-" * 1000 + "|\n" + repeated("|b" * 1000 + "|\n")(size),
    "bare URLs": numbered("https://x.org/{i}\n"),
    "bare URLs in one line": numbered("https://x.org/{i} "),
    "glued URLs": numbered("https://x.org/{i}"),
    "one long URL": lambda size: f"[a](https://x.org/{'b/' * (size // 2)})",
    "open emphasis": repeated("**a *b _c "),
    "open strikes": repeated("~~a "),
    "open code": repeated("`a``b```c "),
    "deep HTML": lambda size: "<div>" * (size // 11) + "</div>" * (size // 11),
    "open HTML": repeated("<div>\n"),
    "open tags in a line": repeated("a <a "),
    "open comments": repeated("a <!-- "),
    "open CDATA": repeated("a <![CDATA[ "),
    "less-than signs": repeated("<"),
    "ampersands": repeated("&"),
    "shortcodes": repeated(":book"),
    "emoji": repeated("📖 "),
    "headings": numbered("# Heading {i}\n"),
    "reopened headings": repeated("## A\n### Overview\n- [x](https://x.org)\n"),
    "front matter": repeated("---\ntitle: a\n---\n"),
    "open front matter": repeated("---\ntitle: a\n"),
    "open Liquid": repeated("{% "),
    "open Liquid comments": lambda size: repeated("{% comment %} ")(size) + "endcomment",
    "quotation marks": lambda size: repeated('"a b ')(size) + "[link](https://x.org)",
    "names": lambda size: repeated("by Jane Doe, ")(size) + "[link](https://x.org)",
    "children of one bullet": lambda size: "- parent\n" + numbered("  - [link](https://x.org/{i})\n")(size),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_page_takes_about_four_times_as_long(vocabulary: Vocabulary, shape: str) -> None:
    short, long = (SHAPES[shape](size) for size in (10_000, 40_000))
    parse(short, vocabulary)  # compiles patterns and fills caches

    grown = cpu_ratio(lambda: parse(long, vocabulary), lambda: parse(short, vocabulary), enough=10)

    assert grown < 10  # squares grow sixteenfold


def test_what_is_nested_too_deep_is_reported(vocabulary: Vocabulary) -> None:
    page = parse("".join(f"{'  ' * depth}- a\n" for depth in range(200)), vocabulary)

    assert "too_deep" in [warning.code for warning in page.warnings]


def test_front_matter_that_multiplies_itself_is_read_at_once(vocabulary: Vocabulary) -> None:
    doubled = "".join(f"l{n}: &l{n} [*l{n - 1}, *l{n - 1}]\n" for n in range(1, 61))

    page = parse(f"---\nl0: &l0 [x]\n{doubled}title: *l60\nlang: *l60\n---\n# Rays\n", vocabulary)

    assert (page.title, page.language) == ("Rays", None)
    assert [(warning.line, warning.code) for warning in page.warnings] == [(64, "unknown_language")]
