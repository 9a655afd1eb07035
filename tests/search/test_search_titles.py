"""A question that is a resource's title finds that very resource, whatever its words mean besides."""

from collections.abc import Callable

import pytest

from service.search.answer import Answer

Ask = Callable[..., Answer]
GD = "Gradient descent, how neural networks learn"


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("CNN explainer", "CNN Explainer"),  # which is also a word for articles
        ("the cnn explaner", "CNN Explainer"),
        ("show me the CNN Explainer", "CNN Explainer"),
        (GD, GD),  # which names two topics
        (f"the video called “{GD}”", GD),
        ("3Blue1Brown: gradient descent how neural networks learn", GD),
        ("Quick introduction to vanilla neural network", "A Quick Introduction to Vanilla Neural Networks"),
        ('who wrote "AlexNet"?', "AlexNet"),
        ("But what is a neural network?", "But what is a neural network?"),
    ],
)
def test_a_title_finds_its_resource(ask_course: Ask, question: str, title: str) -> None:
    answered = ask_course(question)

    assert [hit.why for hit in answered.items] == [f"its title is “{title}”"]
    assert answered.interpretation.filters["title"] == title
    assert answered.interpretation.unknown_words == ()


@pytest.mark.parametrize(
    "question",
    [
        "videos on backprop",
        "the article called AlexNet",  # which is a paper
        "AlexNet by Grace Hopper",
        "I want to learn deep learning",  # a subject, before it is a book's title
        "is CNN explainer a prerequisite for dropout?",
    ],
)
def test_words_of_a_title_may_mean_something_else(ask_course: Ask, question: str) -> None:
    assert "title" not in ask_course(question).interpretation.filters


def test_what_a_title_means_besides_is_related(ask_course: Ask) -> None:
    answered = ask_course("Deep Learning")

    assert answered.total == 1
    assert answered.message.startswith("1 resource titled “Deep Learning” is filed under Preface and motivation.")
    assert answered.related[0].why == "with “deep” in its title, author or host, but not titled “Deep Learning”"


def test_a_title_is_found_on_every_database_as_far_as_its_caller_wants_it(ask: Ask) -> None:
    assert [hit.why for hit in ask("mulch, like a pro!").items] == ["its title is “Mulch like a pro”"]
    assert "title" not in ask("mulch, like a pro!", media_types=("book",)).interpretation.filters
    assert ask("mulch like a pro", limit=1).next_after is None


@pytest.mark.parametrize(("question", "may_be"), [("videos on soil", False), ("soil", False), ("soil explainer", True)])
def test_the_usual_question_is_not_looked_up_among_titles(ask: Ask, question: str, may_be: bool) -> None:
    assert ask(question).meaning.may_be_title is may_be
