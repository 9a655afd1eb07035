"""Pages of many styles, each the smallest that shows one habit of their authors."""

from collections.abc import Callable

import pytest

from service.catalog.vocabulary import Vocabulary
from service.errors import PageError
from service.ingest.page import Page, PageMention
from service.ingest.parse import decode_page, parse_page

Parse = Callable[..., Page]


@pytest.fixture
def parse(vocabulary: Vocabulary) -> Parse:
    def parse(text: str, url: str | None = None) -> Page:
        return parse_page(text, name="page", source="page.md", url=url, vocabulary=vocabulary)

    return parse


def urls(page: Page) -> list[str]:
    return [mention.url for mention in page.mentions]


def labels(page: Page) -> list[str]:
    return [topic.label for topic in page.topics]


def only(page: Page) -> PageMention:
    (mention,) = page.mentions
    return mention


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- [A b](https://x.org/a)", ["https://x.org/a"]),
        ("- see https://x.org/a_(b), or not", ["https://x.org/a_(b)"]),
        ("- <https://x.org/a>", ["https://x.org/a"]),
        ("- [A b][r]\n\n[r]: https://x.org/a", ["https://x.org/a"]),
        ('- <a href="https://x.org/a">A b</a>', ["https://x.org/a"]),
        ('<ul>\n<li><a href="https://x.org/a">A b</a></li>\n</ul>', ["https://x.org/a"]),
        ("- [A](https://x.org/%D7%90#b)", ["https://x.org/%D7%90#b"]),
        ("| T |\n|---|\n| [A b](https://x.org/a) |", ["https://x.org/a"]),
        ("1. [A](https://x.org/a)\n   - [B](https://x.org/b)", ["https://x.org/a", "https://x.org/b"]),
        ("- [A](//x.org/a)", ["https://x.org/a"]),
        ("- [A](www.x.org)", ["http://www.x.org"]),
        ("> - [A](https://x.org/a)", ["https://x.org/a"]),
        ("<div>\n* [A](https://x.org/a)\n</div>", ["https://x.org/a"]),
        (
            "- [![arXiv](https://img.shields.io/badge/arXiv-1)](https://arxiv.org/abs/1803.08494)",
            ["https://arxiv.org/abs/1803.08494"],
        ),
        ("`[A](https://x.org/a)`", []),
        ("```\n[A](https://x.org/a)\n```", []),
        ("    [A](https://x.org/a)", []),
        ("<!-- [A](https://x.org/a) -->", []),
        ("text <!-- [A](https://x.org/a) --> text", []),
        ("<!--\n\n- [A](https://x.org/a)\n\n-->", []),
        ("{% comment %}\n- [A](https://x.org/a)\n{% endcomment %}", []),
        ("![A](https://x.org/a.png)", []),
        ("- [![build](https://img.shields.io/a.svg)](https://ci.org/a)", []),
        ("- [![A](https://x.org/a.png)](https://x.org/a.png)", []),
        ("- [A](#a)", []),
        ("- [A](other.md)", []),
        ("- [A](mailto:a@x.org)", []),
        ("- [A](javascript:alert)", []),
        ("- [A](ftp://x.org/a)", []),
        ("- README.md and deeplearning.ai", []),
        ("<pre>https://x.org/a</pre>", []),
    ],
)
def test_what_is_a_resource_and_what_is_not(parse: Parse, text: str, found: list[str]) -> None:
    assert urls(parse(f"## Topic\n\n{text}\n")) == found


def test_pictures_above_the_first_topic_are_decoration(parse: Parse) -> None:
    page = parse("# Page\n\n[![logo](https://x.org/logo.png)](https://x.org)\n\n## Topic\n")

    assert urls(page) == []


def test_relative_links_lead_somewhere_once_the_page_has_a_place(parse: Parse) -> None:
    text = "## Topic\n- [Slides of week 1](slides/1.pdf)\n- [Top](#top)\n- [Here](page.html#x)"

    page = parse(text, url="https://x.org/course/page.html")

    assert urls(page) == ["https://x.org/course/slides/1.pdf"]
    assert [warning.code for warning in parse(text).warnings] == ["relative_links"]


def test_furniture_and_contents_are_no_topics_but_what_stands_below_the_contents_is(parse: Parse) -> None:
    page = parse(
        "# Awesome Things\n## Table of Contents\n- [Optics](#optics)\n### Optics\n- [Lenses](https://x.org/a)\n"
        "## Contributing\n- [Guide](https://x.org/b)\n## License\n[CC0](https://x.org/c)\n"
    )

    assert page.title == "Awesome Things"
    assert labels(page) == ["Optics"]
    assert urls(page) == ["https://x.org/a"]


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: A page\n---\n# Heading\n## Optics\n",
        '+++\ntitle = "A page"\n+++\n## Optics\n',
        "\ufeff---\r\ntitle: A page\r\n---\r\n## Optics\r\n",
        "---\ntitle: A page\n\nlayout: default\n---\n## Optics\n",
    ],
)
def test_front_matter_gives_the_title_and_is_no_heading(parse: Parse, text: str) -> None:
    page = parse(text)

    assert page.title == "A page"
    assert labels(page) == ["Optics"]


@pytest.mark.parametrize(
    ("stated", "tag"),
    [
        ("---\nlang: English\n---", "en"),
        ("---\nlang: PT-br\n---", "pt-BR"),
        ("---\nlanguage: עברית\n---", "he"),
        ('+++\nlanguage = "French"\n+++', "fr"),
        ("---\nlang: no\n---", "no"),
        ("---\nlang:\n---", None),
    ],
)
def test_front_matter_gives_the_language_as_a_tag(parse: Parse, stated: str, tag: str | None) -> None:
    page = parse(f"{stated}\n## Optics\n")

    assert page.language == tag
    assert page.warnings == ()


@pytest.mark.parametrize(
    ("stated", "line"),
    [
        ("---\ntitle: A page\nlang: Klingon\n---", 3),
        ("+++\n'language' = [1]\n+++", 2),
        ("---\nlanguage: English\nlang: [en]\n---", 3),
        ("---\n{title: A page, lang: 7}\n---", 1),
        ("# Heading\n\n---\nlayout: page\nlang: 日本語, English\n---", 5),
    ],
)
def test_what_is_no_language_is_reported_with_its_line(parse: Parse, stated: str, line: int) -> None:
    page = parse(f"{stated}\n## Optics\n")

    assert page.language is None
    assert [(warning.line, warning.code) for warning in page.warnings] == [(line, "unknown_language")]


def test_front_matter_pasted_into_the_middle_is_no_heading(parse: Parse) -> None:
    page = parse("# Page\n## Optics\n\n---\nlayout: default\ntoc:\n  sidebar: left\n---\n\n## Waves\n")

    assert labels(page) == ["Optics", "Waves"]


def test_a_line_between_rules_stays_a_heading(parse: Parse) -> None:
    assert labels(parse("# Page\n\n---\nWaves: an outline\n---\n")) == ["Waves: an outline"]


def test_liquid_and_kramdown_tags_leave_no_trace(parse: Parse) -> None:
    page = parse(
        "# Page\n{% include toc.html %}\n\n## Optics {#optics}\n{: .no_toc}\n"
        '- [Lenses](https://x.org/a){:target="_blank"} {{ site.x }} bend light a lot\n'
    )

    assert labels(page) == ["Optics"]
    assert only(page).title == "Lenses"
    assert only(page).line == 6
    assert only(page).note == "bend light a lot"


def test_a_relative_link_after_a_liquid_tag_is_the_sites_own(parse: Parse) -> None:
    text = "## Optics\n- [Lenses]({{ site.baseurl }}/lenses)\n"

    assert urls(parse(text)) == []
    assert urls(parse(text, url="https://x.org/p/")) == ["https://x.org/lenses"]


def test_headings_are_found_however_they_are_written(parse: Parse) -> None:
    page = parse("Page\n====\n\nOptics\n------\n\n##Waves\n\n<h2>Light <b>rays</b></h2>\n")

    assert page.title == "Page"
    assert labels(page) == ["Optics", "Waves", "Light rays"]


def test_headings_of_one_level_are_topics_if_the_first_holds_links(parse: Parse) -> None:
    page = parse("# Optics\n- [Lenses](https://x.org/a)\n# Waves\n")

    assert labels(page) == ["Optics", "Waves"]


def test_a_first_heading_without_links_names_the_page(parse: Parse) -> None:
    page = parse("# Physics for all\nWelcome.\n# Optics\n- [Lenses](https://x.org/a)\n# Waves\n")

    assert page.title == "Physics for all"
    assert labels(page) == ["Optics", "Waves"]


@pytest.mark.parametrize(
    "legend",
    [
        "| :book: = book | :film_projector: = video |",
        "📖 book, 📽️ video",
        "Legend: 📖 - Books; 📽 - Videos",
        "book: 📖, video: 📽️",
        "- :book: book\n- :film_projector: video",
        "| Sign | Meaning |\n|---|---|\n| :book: | Book |\n| 📽 | Video |",
        "| 📖 | 📽 |\n|---|---|\n| Book | Video |",
    ],
)
def test_the_pages_own_legend_defines_its_emoji(parse: Parse, legend: str) -> None:
    page = parse(
        f"# Page\n{legend}\n\n## Optics\n* 📖\t[Rays](https://x.org/a)\n* :film_projector:[Waves](https://x.org/b)\n"
    )

    assert [(m.media_type, m.media_type_evidence.source) for m in page.mentions] == [
        ("book", "emoji"),
        ("video", "emoji"),
    ]
    assert page.topics[0].notes == ()


def test_a_legend_outranks_what_an_emoji_usually_means(parse: Parse) -> None:
    page = parse("# Page\n:book: = paper\n## Optics\n- :book: [Rays](https://x.org/a)\n")

    assert only(page).media_type == "paper"


def test_a_legend_with_a_word_that_is_no_media_type_is_reported(parse: Parse) -> None:
    page = parse("# Page\n:book: = book, :film_projector: = video, :star: = my favourite\n## Optics\n")

    assert [(warning.line, warning.code) for warning in page.warnings] == [(2, "unknown_media_type")]


def test_an_emoji_speaks_for_the_first_link_after_it(parse: Parse) -> None:
    page = parse(
        ":book: = book, :film_projector: = video\n## Optics\n"
        "- :book: [Rays](https://x.org/a), [Waves](https://x.org/b) and :film_projector: [Lenses](https://x.org/c)\n"
    )

    assert [m.media_type for m in page.mentions] == ["book", "article", "video"]


@pytest.mark.parametrize(
    ("text", "media_type", "source"),
    [
        ("- Paper [Group norms](https://x.org/a)", "paper", "text"),
        ("- AlexNet [paper](https://x.org/a)", "paper", "text"),
        ("- [Group norms](https://x.org/a) (video)", "video", "text"),
        ("- Video: [Group norms](https://x.org/a)", "video", "text"),
        ("- [Group norms explained](https://www.youtube.com/watch?v=abcdefgh)", "video", "host"),
        ("- [Group norms](https://arxiv.org/abs/1803.08494)", "paper", "host"),
        ("- [Group norms](https://github.com/a/b)", "code", "host"),
        ("- [Group norms](https://www.kaggle.com/datasets/a/b)", "dataset", "host"),
        ("- [Group norms](https://blog.paperspace.com/a)", "article", "host"),
        ("- [Group norms](https://x.org/a.pptx)", "slides", "path"),
        ("- [Group norms](https://x.org/slides/a)", "slides", "path"),
        ("- [Group norms](https://paperswithcode.com/about)", "article", "host"),
        ("- [Group norms](https://paperspace.com/a)", "article", "default"),
        ("- [Group norms](https://notyoutube.com/a)", "article", "default"),
        ("- [CLIP](https://x.org/a)", "article", "default"),
        ("- [Hands-On group norms](https://x.org/a)", "article", "default"),
        ("| Paper | Code |\n|---|---|\n| [Group norms](https://x.org/a) | |", "paper", "heading"),
    ],
)
def test_the_media_type_is_inferred_from_words_host_and_path(
    parse: Parse, text: str, media_type: str, source: str
) -> None:
    mention = only(parse(f"# Page\n## Optics\n{text}\n"))

    assert (mention.media_type, mention.media_type_evidence.source) == (media_type, source)


@pytest.mark.parametrize("heading", ["Books", "📚 Free Online Books", "1. Books", "Libros", "书籍", "Book"])
def test_a_heading_that_names_a_media_type_is_no_topic(parse: Parse, heading: str) -> None:
    page = parse(f"# Page\n## Optics\n### {heading}\n- [Rays](https://x.org/a), [Waves](https://x.org/b)\n")

    assert labels(page) == ["Optics"]
    assert [(m.media_type, m.topic) for m in page.mentions] == [("book", 0), ("article", 0)]


def test_topics_below_a_media_type_keep_it(parse: Parse) -> None:
    page = parse("# Page\n## Videos\n### Optics\n- [Rays](https://x.org/a)\n#### Lenses\n- [Glass](https://x.org/b)\n")

    assert labels(page) == ["Optics", "Lenses"]
    assert [m.media_type for m in page.mentions] == ["video", "video"]


@pytest.mark.parametrize(
    ("bullet", "title"),
    [
        ("History of optics [(link)](https://x.org/a)", "History of optics"),
        ("History of optics: [here](https://x.org/a).", "History of optics"),
        ("History of optics [(Wikipedia)](https://en.wikipedia.org/wiki/Optics)", "History of optics"),
        ("History of optics on [Medium](https://medium.com/a)", "History of optics"),
        ('"Rays of light" by Ann Lee, 2019 [[pdf]](https://x.org/a)', "Rays of light"),
        ("**Rays of light**. Ann Lee. 2019. [paper](https://x.org/a)", "Rays of light"),
        ("[PyTorch](https://pytorch.org)", "PyTorch"),
        ("[numpy](https://x.org/a) - arrays", "numpy"),
        ("[Rays of light (video)](https://x.org/a)", "Rays of light"),
        ("[Make School: rays](https://x.org/a)", "Make School: rays"),
        ("Rays of light (2015), A. Lee et al. [[pdf]](https://x.org/a)", "Rays of light"),
        ("Rays of light (2015) ... [pdf](https://x.org/a)", "Rays of light"),
        ("Colah [[web]](http://colah.github.io/)", "Colah"),
        ("Explore **rays of light** through [Lenses](https://x.org/a)", "Lenses"),
        ("[3. Rays of light](https://x.org/a)", "Rays of light"),
        ("[2 Reflection of light](https://x.org/reflection)", "Reflection of light"),
        ("[2 Reflection of light](https://x.org/2-reflection)", "2 Reflection of light"),
        ("[3 Idiots](https://x.org/idiots)", "3 Idiots"),
        ("[10 lessons in optics](https://x.org/lessons-in-optics)", "10 lessons in optics"),
        ("[5 Minute Recap of optics](https://x.org/recap-of-optics)", "5 Minute Recap of optics"),
        ("[1984](https://x.org/a)", "1984"),
        ("[Overview](https://x.org/a)", "Optics: Overview"),
        ("[link](https://x.org/a) Lenses for the curious", "Lenses for the curious"),
        ("History of optics: https://x.org/a", "History of optics"),
        ("History of optics (https://x.org/a)", "History of optics"),
        ("[ ] [Rays of light](https://x.org/a)", "Rays of light"),
        ("[Learning optics by error propagation](https://x.org/a)", "Learning optics by error propagation"),
        ("<https://x.org/rays-of-light.html>", "rays of light"),
    ],
)
def test_titles_are_worth_reading(parse: Parse, bullet: str, title: str) -> None:
    assert only(parse(f"# Page\n## Optics\n- {bullet}\n")).title == title


def test_a_bullet_in_a_bullet_keeps_a_name_of_its_own(parse: Parse) -> None:
    page = parse(
        "## Optics\n- Libraries [Top](#top)\n  - [raylib](https://x.org/a) - rays\n  - [RayLib](https://raylib.org)\n"
    )

    assert [m.title for m in page.mentions] == ["raylib", "RayLib"]


def test_html_tables_have_columns_and_those_of_people_lead_to_no_resources(parse: Parse) -> None:
    page = parse(
        "## Optics\n<table>\n<tr><th>Lecture</th><th>Video</th><th>Author</th></tr>\n"
        '<tr><td>Lenses</td><td><a href="https://x.org/a">Watch</a></td>'
        '<td><a href="https://x.org/b">Ann</a></td></tr>\n'
        "</table>\n"
    )

    assert only(page).title == "Lenses: Watch"
    assert only(page).media_type == "video"


def test_what_stands_in_a_cell_of_an_html_table_stays_in_its_row(parse: Parse) -> None:
    page = parse(
        "## Optics\n<table><tr><td>Jan 4</td><td><p>Lenses</p></td>\n"
        '<td><ul><li><a href="https://x.org/a">slides</a></li>\n'
        '<li><a href="https://x.org/b">notes</a></li></ul></td></tr></table>\n'
    )

    assert [(m.title, m.line) for m in page.mentions] == [("Lenses: slides", 3), ("Lenses: notes", 4)]


def test_links_of_one_bullet_build_on_its_title(parse: Parse) -> None:
    page = parse(
        "## Optics\n- Rays of light [paper](https://x.org/a), [code](https://x.org/b), [part2](https://x.org/c)\n"
    )

    assert [m.title for m in page.mentions] == ["Rays of light", "Rays of light: code", "Rays of light: part2"]


def test_links_of_a_nested_bullet_and_of_a_row_build_on_what_they_belong_to(parse: Parse) -> None:
    page = parse(
        "## Optics\n- Rays of light\n  - [video](https://x.org/a)\n\n"
        "| Date | Topic | Material |\n|---|---|---|\n| Jan 4 | Lenses | [slides](https://x.org/b) "
        "[notes](https://x.org/c) |\n"
    )

    assert [m.title for m in page.mentions] == ["Rays of light: video", "Lenses: slides", "Lenses: notes"]


def test_a_url_without_any_words_gets_a_weak_title_and_a_warning(parse: Parse) -> None:
    page = parse("# Page\n\n- https://x.org/rays-of-light\n")

    assert only(page).is_title_weak
    assert [(warning.line, warning.code) for warning in page.warnings] == [(3, "weak_title")]


def test_a_mention_without_a_title_takes_the_one_the_page_gives_elsewhere(parse: Parse) -> None:
    page = parse(
        "## Optics\n- [Rays of light](https://youtu.be/abcdefgh)\n"
        "- StatQuest [video](https://www.youtube.com/watch?v=abcdefgh)\n"
    )

    assert [m.title for m in page.mentions] == ["Rays of light", "Rays of light"]
    assert "line 2" in page.mentions[1].title_evidence.detail


@pytest.mark.parametrize(
    ("bullet", "fact", "value"),
    [
        ("[Rays](https://x.org/a) by Ann Lee and Bo de Vries (2015)", "authors", ("Ann Lee", "Bo de Vries")),
        ("[Rays](https://x.org/a) by Ann Lee (05/07/2015)", "year", 2015),
        ("[Rays](https://x.org/a) by Ann Lee (2010-2014)", "year", None),
        ("[Rays](https://x.org/a) by Ann Lee in Coursera", "publisher", "Coursera"),
        ("[Rays](https://x.org/a) (ICML 2015)", "year", 2015),
        ("[Rays in 1905](https://x.org/a)", "year", None),
        ("[Rays](https://arxiv.org/abs/hep-th/9901001)", "year", 1999),
        ("[Rays](https://arxiv.org/pdf/1609.04836v2.pdf)", "year", 2016),
        ('[1] Lee, Ann, and Bo Li. **"Rays of light."** (2015) [pdf](https://x.org)', "authors", ("Ann Lee", "Bo Li")),
        ('He, Kaiming, et al. "Rays of light." (2015). [[pdf]](https://x.org/a)', "authors", ("Kaiming He",)),
        ("Rays of light (2015), A. Lee et al. [[pdf]](https://x.org/a)", "authors", ("A. Lee",)),
        ("Rays of light (2015), A. Lee et al. [[pdf]](https://x.org/a)", "year", 2015),
        ("Explore **rays of light** through [Lenses](https://x.org/a)", "authors", ()),
        ("[Rays](https://x.org/a) by Ann Lee, Université de Sherbrooke", "publisher", "Université de Sherbrooke"),
        ("[Rays](https://x.org/a), 20 hours/week", "duration_minutes", None),
        ("[Rays](https://x.org/a) in Spanish", "language", "es"),
        ("[Rays](https://x.org/a) (中文)", "language", "zh"),
        ("[Parsing in English and Dutch texts](https://x.org/a)", "language", None),
        ("[Rayos](https://es.wikipedia.org/wiki/Rayo)", "language", "es"),
        ("[Rays](https://x.org/a) (12 min)", "duration_minutes", 12.0),
        ("[Rays](https://x.org/a) (1h 30m)", "duration_minutes", 90.0),
        ("[Rays](https://x.org/a) [1:02:30]", "duration_minutes", 62.5),
        ("[Rays](https://x.org/a) (free)", "is_free", True),
        ("[Rays](https://x.org/a) (paid)", "is_free", False),
        ("[Model-free rays](https://x.org/a)", "is_free", None),
        ("Rays [Chapter 3: Lenses](https://x.org/a)", "locator", "Chapter 3: Lenses"),
        ("[Rays](https://x.org/a), pp. 12-20", "locator", "pp. 12-20"),
        ("[Rays](https://x.org/a#lenses)", "locator", "#lenses"),
        ("[Rays](https://x.org/a) - why light bends in glass", "note", "why light bends in glass"),
    ],
)  # fmt: skip
def test_facts_are_taken_where_the_text_states_them(parse: Parse, bullet: str, fact: str, value: object) -> None:
    assert getattr(only(parse(f"# Page\n## Optics\n- {bullet}\n")), fact) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- [](https://x.org/a)", "hidden_link"),
        ("- Waves [](Rays [CS1](https://x.org/a) course)", "hidden_link"),
        ("- [Rays]()", "empty_link"),
        ("- [Rays](https://https://x.org)", "malformed_url"),
        ("- [Rays](http://localhost)", "malformed_url"),
        ("- [Rays](htp://x.org/rays)", "malformed_url"),
    ],
)
def test_links_that_do_not_work_are_put_before_a_curator(parse: Parse, text: str, code: str) -> None:
    page = parse(f"## Optics\n{text}\n")

    assert (2, code) in [(warning.line, warning.code) for warning in page.warnings]
    assert all(mention.is_hidden for mention in page.mentions)


def test_a_topic_stays_without_links_and_keeps_its_notes(parse: Parse) -> None:
    page = parse("# Page\n## Optics\n- Light bends in glass.\n\nSee also:\n\n## Waves\n")

    assert labels(page) == ["Optics", "Waves"]
    assert [(note.line, note.text) for note in page.topics[0].notes] == [(3, "Light bends in glass.")]


def test_repeated_headings_are_qualified_and_reopened_ones_are_one_topic(parse: Parse) -> None:
    page = parse(
        "# Page\n## Optics\n### Lenses\n## Eyes\n### Lenses\n### Overview\n## Optics\n- [Rays](https://x.org/a)\n"
    )

    assert labels(page) == ["Optics", "Optics: Lenses", "Eyes", "Eyes: Lenses", "Eyes: Overview"]
    assert [topic.is_bland for topic in page.topics] == [False, True, False, True, True]
    assert only(page).topic == 0


@pytest.mark.parametrize(
    ("heading", "label", "lecture", "aliases"),
    [
        ("Waves (Lecture 2)", "Waves", 2, ()),
        ("Lecture 12: Waves", "Waves", 12, ()),
        ("1.2 Waves", "Waves", None, ()),
        ("3) Waves", "Waves", None, ()),
        ("Week 3 - Waves", "Waves", None, ()),
        ("🌊 Waves 🌊", "Waves", None, ()),
        ("Waves (light, sound)", "Waves", None, ("light", "sound")),
        ("Waves (a.k.a. ripples)", "Waves", None, ("ripples",)),
        ("Waves (optional)", "Waves", None, ()),
        ("Waves (Feb 18th)", "Waves", None, ()),
        ("Waves (in Hebrew)", "Waves", None, ()),
        ("3D waves", "3D waves", None, ()),
        ("第3讲：波", "波", 3, ()),
        ("[Waves](https://x.org/a)", "Waves", None, ()),
    ],
)
def test_a_heading_is_taken_apart(
    parse: Parse, heading: str, label: str, lecture: int | None, aliases: tuple[str, ...]
) -> None:
    (topic,) = parse(f"# Page\n## {heading}\n").topics

    assert (topic.label, topic.lecture, topic.aliases) == (label, lecture, aliases)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Requires: linear algebra, calculus", ["linear algebra", "calculus"]),
        ("**Prerequisites:** [Waves](#waves) and optics.", ["Waves", "optics"]),
        ("Before this, read Waves", ["Waves"]),
        ("Note: requires a special lens", []),
        ("This requires patience.", []),
    ],
)
def test_stated_prerequisites_are_taken_by_name(parse: Parse, line: str, names: list[str]) -> None:
    page = parse(f"# Page\n## Optics\n{line}\n")

    assert [stated.prerequisite for stated in page.prerequisites] == names
    assert all((stated.topic, stated.line) == (0, 3) for stated in page.prerequisites)


def test_a_prerequisites_heading_speaks_for_the_topic_above_it(parse: Parse) -> None:
    page = parse("# Page\n## Optics\n### Prerequisites\n- Calculus\n- [Waves](https://x.org/a)\n")

    assert labels(page) == ["Optics"]
    assert [(stated.prerequisite, stated.topic) for stated in page.prerequisites] == [("Calculus", 0), ("Waves", 0)]


def test_lines_are_those_that_the_author_sees(parse: Parse) -> None:
    page = parse(
        "---\ntitle: x\n---\n\n## Optics\n- a `code\n  span` and\n  [Rays](https://x.org/a)\n\n"
        '<ul>\n<li>x</li>\n<li><a href="https://x.org/b">Waves</a></li>\n</ul>\n'
    )

    assert [(m.line, m.raw.strip()) for m in page.mentions] == [
        (8, "[Rays](https://x.org/a)"),
        (12, '<li><a href="https://x.org/b">Waves</a></li>'),
    ]


def test_bytes_that_are_not_utf8_are_refused_with_their_place() -> None:
    with pytest.raises(PageError, match=r"page\.md:2: not UTF-8: byte 5 is 0xff") as raised:
        decode_page(b"abc\nd\xff", "page.md")

    assert raised.value.line == 2


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_text() -> None:
    assert decode_page(b"\xef\xbb\xbfa\r\nb\rc", "page.md") == "a\nb\nc"
