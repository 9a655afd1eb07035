"""The bundled course page, read link by link: what a person would write down from it."""

import pytest

from service.catalog.urls import parse_url
from service.catalog.vocabulary import Vocabulary
from service.config import bundled
from service.ingest.page import Page, PageMention
from service.ingest.parse import decode_page, parse_page

SOURCE = bundled("data") / "pages" / "lectures-2024.md"


@pytest.fixture(scope="module")
def page(vocabulary: Vocabulary) -> Page:
    text = decode_page(SOURCE.read_bytes(), "lectures-2024.md")
    return parse_page(text, name="lectures-2024", source="lectures-2024.md", url=None, vocabulary=vocabulary)


def mentions_at(page: Page, line: int) -> list[PageMention]:
    return [mention for mention in page.mentions if mention.line == line]


def test_it_has_37_external_resources_in_40_mentions_one_of_them_hidden(page: Page) -> None:
    distinct = {parse_url(mention.url).canonical for mention in page.mentions}

    assert len(page.mentions) == 40
    assert len(distinct) == 37
    assert [mention.line for mention in page.mentions if mention.is_hidden] == [76]


def test_its_own_heading_is_the_title_and_no_topic(page: Page) -> None:
    assert page.title == "Lectures, Deep learning course, 2024"
    assert len(page.topics) == 13
    assert not any("Lectures" in topic.label for topic in page.topics)


def test_its_topics_nest_as_the_headings_do(page: Page) -> None:
    labels = [(topic.level, topic.label) for topic in page.topics]

    assert labels == [
        (1, "Preface and motivation"),
        (1, "Logistic regression"),
        (2, "Logistic regression: Definition"),
        (2, "Learning by Gradient Descent"),
        (1, "Single- and multi-layer neural network"),
        (2, "Single- and multi-layer neural network: Overview"),
        (2, "Activation functions"),
        (2, "Backpropagation and initialization"),
        (2, "Regularization"),
        (3, "Scaled Exponential Linear Unit"),
        (2, "Single- and multi-layer neural network: Training"),
        (3, "GD for NN"),
        (1, "CNN and Conv2D"),
    ]


def test_headings_give_lecture_numbers_aliases_and_corrected_typos(page: Page) -> None:
    topics = {topic.label: topic for topic in page.topics}

    assert topics["Logistic regression"].lecture == 2
    assert topics["Learning by Gradient Descent"].aliases == ("GD",)
    assert topics["Regularization"].aliases == ("Dropout", "batch normalization")
    assert topics["Single- and multi-layer neural network"].hidden_labels == ("Singe- and multi-layer neural network",)
    assert [note.line for note in topics["Scaled Exponential Linear Unit"].notes] == [62]
    assert {topic.label for topic in page.topics if topic.is_bland} == {
        "Logistic regression: Definition",
        "Single- and multi-layer neural network: Overview",
        "Single- and multi-layer neural network: Training",
    }


def test_its_warnings_name_the_typos_and_the_hidden_link(page: Page) -> None:
    assert [(warning.line, warning.code) for warning in page.warnings] == [
        (32, "typo"),
        (67, "typo"),
        (76, "hidden_link"),
    ]


def test_a_note_states_no_prerequisite(page: Page) -> None:
    assert page.prerequisites == ()


# line, number on the line, title, media type, source of the type: what a person writes who reads the page.
READ_BY_HAND = [
    (14, 0, "Deep Learning", "book", "emoji"),
    (15, 0, "Understanding Deep Learning", "book", "emoji"),
    (16, 0, "History of Netflix Prize", "article", "emoji"),
    (17, 0, "History of ImageNet competition", "article", "emoji"),
    (17, 1, "AlexNet", "paper", "text"),
    (18, 0, "History of neural networks", "article", "emoji"),
    (19, 0, "FP8 (floating-point 8-bit) number format: announcement", "article", "emoji"),
    (19, 1, "FP8 (floating-point 8-bit) number format: technical description", "article", "host"),
    (24, 0, "Logistic Regression in Python", "article", "emoji"),
    (25, 0, "Coding interpretation of entropy", "article", "emoji"),
    (26, 0, "Understanding Binary Cross-Entropy / Log Loss in 5 minutes", "video", "emoji"),
    (29, 0, "GD algorithm", "article", "emoji"),
    (30, 0, "GD visualization", "interactive", "emoji"),
    (34, 0, "A Quick Introduction to Vanilla Neural Networks", "article", "host"),
    (35, 0, "TensorFlow Playground", "interactive", "emoji"),
    (35, 1, "TensorFlow Playground: explanations", "article", "path"),
    (36, 0, "Hidden representation (learned features) visualization", "article", "path"),
    (37, 0, "Understanding Deep Learning", "book", "emoji"),
    (38, 0, "DNN chapter", "book", "emoji"),
    (39, 0, "But what is a neural network?", "video", "emoji"),
    (43, 0, "Comprehensive synthesis of the main activation functions pros and cons", "article", "host"),
    (44, 0, "Commonly used activation functions", "article", "host"),
    (48, 0, "Initializing neural networks", "interactive", "emoji"),
    (49, 0, "Parameter optimization in neural networks", "interactive", "emoji"),
    (52, 0, "Ridge (L2) Regression", "video", "host"),
    (53, 0, "Regularization: Paperswithcode review", "article", "host"),
    (54, 0, "Ridge (L2) Regression", "video", "emoji"),
    (55, 0, "Where should place Dropout, Batch Normalization, and Activation Layer?", "article", "default"),
    (56, 0, "Intro to Optimization in Deep Learning: Busting the Myth About Batch Normalization", "article", "host"),
    (57, 0, "Hands-On Batch normalization", "article", "host"),
    (58, 0, "Group Normalization", "paper", "host"),
    (61, 0, "Scaled Exponential Linear Unit: Theory", "article", "host"),
    (66, 0, "Gradient descent, how neural networks learn", "video", "emoji"),
    (67, 0, "On Large-Batch Training for Deep Learning: Generalization Gap and Sharp Minima", "paper", "host"),
    (71, 0, "CNN Explainer", "interactive", "emoji"),
    (72, 0, "Convolution arithmetic", "static", "emoji"),
    (73, 0, "Understanding 1D, 2D and 3D Convolution Network", "code", "host"),
    (
        74,
        0,
        "Intuitive understanding of 1D, 2D, and 3D convolutions in convolutional neural networks",
        "article",
        "text",
    ),
    (75, 0, "Convolutional Neural Networks, Explained", "article", "host"),
    (76, 0, "Backpropagation", "article", "host"),
]


@pytest.mark.parametrize(("line", "number", "title", "media_type", "source"), READ_BY_HAND)
def test_each_link_has_the_title_and_type_that_a_reader_gives_it(
    page: Page, line: int, number: int, title: str, media_type: str, source: str
) -> None:
    mention = mentions_at(page, line)[number]

    assert mention.title == title
    assert (mention.media_type, mention.media_type_evidence.source) == (media_type, source)


@pytest.mark.parametrize(
    ("line", "fact", "value"),
    [
        (14, "authors", ("Ian Goodfellow", "Yoshua Bengio", "Aaron Courville")),
        (14, "locator", "Chapter 1 - Introduction"),
        (15, "authors", ("Simon J.D. Prince",)),
        (15, "locator", "Chapter 1"),
        (15, "is_free", True),
        (15, "year", None),  # 2024 is when the page's author looked
        (24, "publisher", "RealPython"),
        (24, "authors", ()),
        (25, "locator", "#Example"),
        (26, "duration_minutes", 5.0),
        (37, "locator", "Chapters 3 and 4"),
        (38, "language", "he"),
        (39, "publisher", "3Blue1Brown"),
        (48, "authors", ("Katanforoosh", "Kunin")),
        (48, "year", 2019),
        (48, "publisher", "deeplearning.ai"),
        (48, "note", "Visualization of backpropagation and (Xavier) initialization"),
        (49, "authors", ("Katanforoosh", "Kunin")),
        (52, "publisher", "StatQuest"),
        (58, "year", 2018),
        (67, "authors", ("Keshar",)),
        (67, "year", 2017),
        (67, "note", "Bigger batches are not nessesary better"),
        (75, "note", "Hyper-parameters calculation"),
    ],
)
def test_the_text_states_these_facts(page: Page, line: int, fact: str, value: object) -> None:
    assert getattr(mentions_at(page, line)[0], fact) == value


def test_the_stated_year_wins_and_the_arxiv_number_is_not_forgotten(page: Page) -> None:
    evidence = mentions_at(page, 67)[0].year_evidence

    assert evidence is not None
    assert evidence.source == "text"
    assert "2016" in evidence.detail


def test_the_raw_line_is_kept_and_the_text_has_no_markup(page: Page) -> None:
    mention = mentions_at(page, 72)[0]

    assert mention.raw.startswith("* :film_strip:\t[2 Convolution arithmetic](https://")
    assert mention.text == "2 Convolution arithmetic"
