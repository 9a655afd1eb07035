"""What is said to each kind of question: only what the graph holds, and with its place."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.ask import Library, Question, Reply, reply
from service.ask.finding import as_ending
from service.config import bundled
from service.demos.registry import DEMOS

Talk = Callable[..., Reply]

PAGE = (bundled("data") / "pages" / "lectures-2024.md").read_text(encoding="utf-8").splitlines()
BACKPROP = "Backpropagation and initialization"


def texts(replied: Reply) -> list[str]:
    return [claim.text for claim in replied.claims]


def titles(replied: Reply) -> list[str]:
    return [json.loads(card)["title"] for card in replied.resources]


def test_a_definition_is_the_topics_place_and_who_explains_it(talk: Talk) -> None:
    replied = talk("What is backprop?")

    assert texts(replied)[:3] == [
        f"{BACKPROP} is part of Single- and multi-layer neural network.",
        f"{BACKPROP} builds on Single- and multi-layer neural network: Overview and Learning by Gradient Descent.",
        "The graph keeps no definitions; these explain it.",
    ]
    assert titles(replied) == ["Initializing neural networks", "Parameter optimization in neural networks"]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("videos on backprop", f"No video is filed under {BACKPROP}."),
        ("what comes before backprop?", f"{BACKPROP} builds on Learning by Gradient Descent."),
        ("what builds on gradient descent?", f"{BACKPROP} builds on Learning by Gradient Descent."),
        ("do I need gradient descent for backprop?", f"Yes: {BACKPROP} builds on Learning by Gradient Descent."),
        ("do I need gradient descent for CNNs?", "Yes: CNN and Conv2D builds on Learning by Gradient Descent, by way"),
        ("do I need CNNs for backprop?", f"No, the other way round: CNN and Conv2D builds on {BACKPROP}."),
        ("do I need dropout for the preface?", "No page shows that Preface and motivation builds on Regularization."),
        ("dropout vs SELU", "Scaled Exponential Linear Unit is nested in Regularization."),
        ("dropout vs SELU", "Both build on"),
        ("CNN vs dropout", "CNN and Conv2D has 2 articles, 1 interactive visualization, 1 static"),
        ("how many videos are there?", "4 videos are here."),
        ("what topics are there?", "There are 13 topics, 4 of them at the top: Preface and motivation, Logistic"),
        ("which topics are part of regularization?", "Inside Regularization there is 1 topic"),
        ("which topics are part of CNN?", "CNN and Conv2D has no narrower topics."),
        ("learning path to SELU", "The way to Scaled Exponential Linear Unit has"),
        ("I know CNNs, how do I get to backprop?", f"Who knows CNN and Conv2D knows {BACKPROP} already."),
        ("the best article on CNN", "No page says which is best; they stand as the pages list them."),
        ("I know logistic regression, what next?", "Single- and multi-layer neural network: Overview builds on Log"),
        ("is logistic regression required for CNNs?", "Yes: CNN and Conv2D builds on Logistic regression, by way"),
        ("how long does it take to learn CNNs?", "The way to CNN and Conv2D has"),
        ("how long does it take to learn CNNs?", "No page states how long it takes."),
        ("learning path to logistic regression by videos", "In all it takes 5 minutes; 2 steps state no length."),
        ("demo of quantization", "The demo “Number formats: FP8, FP16, BF16” shows quantization:"),
        ("any demos for optimizers?", "The demo “Optimizers on loss landscapes” shows optimizers:"),
        ("demo of knitting", "No demo here shows that."),
        ("papers from 2017 or later", "2 papers from 2017 on are here."),
        ("recent papers", "3 papers are here. 2 of them state a year and come first, the newest before the others."),
        ("who wrote the deep learning book?", "“Deep Learning” (book, by Ian Goodfellow, Yoshua Bengio and Aaron Co"),
        ("which topics need gradient descent?", f"{BACKPROP} builds on Learning by Gradient Descent."),
        ("hello", "Ask about a topic:"),
        ("I'm new here, where do I start?", "These build on nothing else here: Preface and motivation and Logistic"),
        ("learning path to CNN using only videos", "For step 2, step 4 and step 5 no page lists a video."),
        ("difference between dropout and batch norm", "“dropout and batch norm” is all in one topic here"),
        ("transformers", "Nothing here is about “transformers”"),
        ("what is knitting?", "Nothing here is about “knitting”"),
        ("learning path to quantum computing", "Nothing here is about “quantum” and “computing”"),
        ("BERT vs word2vec", "Nothing here is about “bert” and “word2vec”"),
        ("which topics have no videos?", "6 topics have no videos: Preface and motivation, Learning by Gradient Desc"),
        ("which topics have videos?", "4 topics have videos: Logistic regression: Definition, Single- and multi-lay"),
        ("which topics in neural networks have podcasts?", "Inside Single- and multi-layer neural network no topic"),
        ("how many topics are there?", "There are 13 topics, 4 of them at the top: Preface and motivation,"),
        ("what kinds of resources do you have?", "36 resources are here: 4 videos, 20 articles, 3 papers,"),
        ("which demos are there?", f"{len(DEMOS)} demos are here: “Neural network playground”"),
        ("which lecture covers logistic regression?", "Logistic regression is in lecture 2."),
        ("which lecture is gradient descent in?", "Learning by Gradient Descent is in lecture 2, as part of Logistic"),
        ("which lecture covers dropout?", "No page says in which lecture Regularization is."),
        ("is CNN Explainer free?", "No page says who made it, when it was made, how long it takes or whether"),
        ("which topic has the most resources?", "These topics have the most resources filed right under them: Preface"),
        ("I have 10 minutes, what can I watch?", "1 video of at most 10 minutes is here."),
        ("vanishing gradients", "The demo “Activation functions” shows vanishing gradient:"),
        ("I missed lecture 2, what should I catch up on?", "5 resources are filed under Logistic regression."),
        ("videos to start with", "“Understanding Binary Cross-Entropy / Log Loss in 5 minutes” (video, 5 minutes)."),
        ("does CNN depend on backprop?", "Yes: CNN and Conv2D builds on Backpropagation and initialization."),
        ("does backprop depend on CNN?", "No, the other way round: CNN and Conv2D builds on Backpropagation"),
        ("do I have to know backprop to understand CNN?", "Yes: CNN and Conv2D builds on Backpropagation and init"),
        ("can I skip backprop?", "Not without a gap: CNN and Conv2D"),
        ("can I skip SELU?", "Yes, as far as pages show: none says that anything builds on Scaled Exponential Linear"),
        ("can I skip backprop if I want to learn CNN?", f"No: CNN and Conv2D builds on {BACKPROP}."),
        ("I don't know logistic regression, can I learn CNN?", "No: CNN and Conv2D builds on Logistic regression, by"),
        ("can I learn CNN without backprop?", f"No: CNN and Conv2D builds on {BACKPROP}."),
        ("can I learn CNN without knowing dropout?", "Yes, as far as pages show: none says that CNN and Conv2D builds"),
        ("can I understand backprop if I don't know CNN?", "Yes: it is the other way round, CNN and Conv2D builds on"),
        ("I know nothing of backprop or SELU, can I start with CNN?", "Yes, as far as pages show: none says that CNN"),
        ("I don't understand backprop", f"2 resources are filed under {BACKPROP}."),
        ("I don't know where to start with CNN", "The way to CNN and Conv2D has"),
        ("can I learn CNN?", "5 resources are filed under CNN and Conv2D."),
        ("I know logistic regression, can I learn CNN?", "The way from Logistic regression to CNN and Conv2D has"),
        ("which comes first, CNN or backprop?", f"{BACKPROP} comes first."),
        ("should I learn CNN or dropout first?", "No page shows that one builds on another; the pages teach them in"),
        ("which topics should I cover before CNN?", "CNN and Conv2D builds on Backpropagation and initialization."),
        ("what should I read before CNN?", "CNN and Conv2D builds on Backpropagation and initialization."),
        ("which languages are there?", "4 of 36 resources here state a language: English (3) and Hebrew (1)."),
        ("what languages are the videos in?", "No page states a language for the 4 videos here."),
        ("who are the authors?", "7 authors are named here: Katanforoosh (2 resources), Kunin (2 resources), Aaron"),
        ("which authors wrote about CNN?", "No author is named under CNN and Conv2D."),
        ("which topics have no resources?", "None of the 13 topics here is empty: something is filed under each,"),
        ("CNN explainer", "“CNN Explainer” (interactive visualization) is filed under CNN and Conv2D."),
        ("how long is “Understanding Binary Cross-Entropy / Log Loss in 5 minutes”?", "It is at https://www.youtube"),
        ("But what is a neural network?", "The parts of Single- and multi-layer neural network are"),
        ("how to start?", "These build on nothing else here: Preface and motivation and Logistic"),
    ],
)  # fmt: skip
def test_each_kind_of_question_has_its_kind_of_answer(talk: Talk, question: str, text: str) -> None:
    assert [told for told in texts(talk(question)) if told.startswith(text)]


@pytest.mark.parametrize(
    "question",
    [
        "tldr CNN",
        "User asks: what is the best way to learn CNN?",
        "I am preparing a lecture on CNN. What can I assign?",
        "i dont get CNN, can you help me with my homework",
        "what's the intuition behind CNN exactly?",
        "how many resources on CNN are there in total?",
        "my friend said CNN is the fastest",
    ],
)
def test_how_a_question_is_put_takes_nothing_from_what_it_asks(talk: Talk, question: str) -> None:
    understood = talk(question).interpretation

    assert ([topic.id for topic in understood.topics], understood.unknown_words) == (["cnn-and-conv2d"], ())
    assert not understood.media_types
    assert understood.filters.keys() <= {"best"}


def test_a_path_is_told_and_given(talk: Talk) -> None:
    replied = talk("I know logistic regression, how do I get to CNN?")

    assert replied.path is not None
    assert [step.topic for step in replied.path.items][-1] == "cnn-and-conv2d"
    assert (
        texts(replied)[0] == f"The way from Logistic regression to CNN and Conv2D has {len(replied.path.items)} steps."
    )
    assert texts(replied)[-1].startswith(f"{len(replied.path.items)}. CNN and Conv2D: “CNN Explainer”")


@pytest.mark.parametrize("question", ["videos on backprop", "what is backprop?", "demo of backprop"])
def test_a_demo_that_shows_the_topic_is_offered(library: Library, talk: Talk, question: str) -> None:
    offered = talk(question).demo

    assert offered is not None
    assert "backpropagation-and-initialization" in map(library.graph.resolve, offered.topics)


def test_a_demo_that_was_asked_for_is_told_of(library: Library, talk: Talk) -> None:
    replied = talk("demo of backprop")

    assert replied.demo is not None
    assert texts(replied) == [f"The demo “{replied.demo.title}” shows {BACKPROP}: {replied.demo.description}"]
    assert talk("transformers").demo is None


def test_where_no_demo_shows_the_topic_the_reply_says_so_and_goes_on(library: Library) -> None:
    replied = reply(replace(library, demos=()), Question("demo of backprop"))

    assert texts(replied)[0] == f"No demo here shows {BACKPROP}."
    assert replied.resources


@pytest.mark.parametrize(("question", "number"), [("two videos", 2), ("videos", 4)])
def test_as_many_are_named_as_were_asked_for(talk: Talk, question: str, number: int) -> None:
    assert len(talk(question).resources) == number


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("filed under CNN", " is filed under CNN"),
        ("with “fp8” in its title", " has “fp8” in its title"),
        ("its text has “fp8”", ": its text has “fp8”"),
    ],
)
def test_a_reason_ends_the_sentence_on_a_resource(why: str, told: str) -> None:
    assert as_ending(why) == told


def test_those_come_first_whose_titles_suit_the_level(talk: Talk) -> None:
    assert titles(talk("neural networks for beginners"))[0] == "A Quick Introduction to Vanilla Neural Networks"


def test_a_resource_is_cited_where_it_stands_under_the_topic_that_is_asked_for(talk: Talk) -> None:
    cited = [citation for citation in talk("interactive backprop").citations if "optimization" in citation.url]

    assert [citation.line for citation in cited] == [49]


QUESTIONS = [
    "What is {}?", "videos on {}", "what comes before {}?", "what builds on {}?", "learning path to {}",
    "{} vs dropout", "demo of {}", "how many articles on {}", "{} for beginners", "and {}?", "{} in hebrew",
]  # fmt: skip
TOPICS = ["backprop", "CNN", "gd", "regularization", "SELU", "logistic regression", "motivation", "transformers"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(QUESTIONS), st.sampled_from(TOPICS))
def test_every_claim_on_the_graph_is_cited_and_every_citation_stands_on_the_page(
    library: Library, question: str, topic: str
) -> None:
    replied = reply(library, Question(question.format(topic)))

    numbers = [number for claim in replied.claims for number in claim.citations]
    assert set(numbers) == {citation.number for citation in replied.citations}
    for citation in replied.citations:
        assert citation.page == "lectures-2024"
        assert citation.url in PAGE[citation.line - 1] or citation.url == "page:lectures-2024" or "://" in citation.url
    for claim in replied.claims:
        names = [label for label in map(library.graph.label, library.graph.topics) if label in claim.text]
        assert claim.citations or not names or "begin with" in claim.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=60), min_size=1, max_size=3))
def test_any_conversation_is_answered(talk: Talk, questions: list[str]) -> None:
    assert talk(*questions).answer
