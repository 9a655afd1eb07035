"""What a question asks for, and what is left as its subject."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from service import graph
from service.catalog.question_words import Cue
from service.catalog.vocabulary import Vocabulary
from service.search import Query
from service.search.answer import Answer
from service.search.intents import MOST_READ, Cues
from service.search.meaning import Meaning
from service.search.phrases import phrases_of
from service.search.understand import understand

Ask = Callable[..., Answer]


@pytest.fixture
def hear(garden: Session, vocabulary: Vocabulary) -> Callable[[str], Meaning]:
    """What the garden's search understands: `hear("what is soil?")`."""
    current = graph.current(garden)
    phrases = phrases_of(current, vocabulary)
    return lambda question: understand(garden, current, phrases, Query(question))


@pytest.mark.parametrize(
    ("question", "intent", "text"),
    [
        ("soil", "find_resources", "soil"),
        ("videos on soil", "find_resources", "soil"),
        ("What is there on soil?", "find_resources", "soil"),
        ("what is the best book on soil", "find_resources", "soil"),
        ("what are the videos on soil", "find_resources", "soil"),
        ("What is mulching?", "define", "mulching"),
        ("what's composting", "define", "composting"),
        ("how does composting work", "define", "composting"),
        ("explain soil", "define", "soil"),
        ("list all videos", "list", ""),
        ("all papers on oaks", "list", "oaks"),
        ("which books are there", "list", ""),
        ("What topics do you cover?", "list", ""),
        ("what should I know before pruning?", "prerequisites", "pruning"),
        ("prerequisites of mulching", "prerequisites", "mulching"),
        ("what builds on soil", "prerequisites", "soil"),
        ("learning path to pruning", "path", "pruning"),
        ("how do I get from soil to pruning", "path", "pruning"),
        ("mulching vs composting", "compare", "mulching vs composting"),
        ("difference between oaks and maples", "compare", "oaks and maples"),
        ("oaks or maples, which is better?", "compare", "oaks or maples"),
        ("how many videos on soil", "count", "soil"),
        ("number of papers", "count", ""),
        ("demo of mulching", "demo", "mulching"),
        ("show me mulching in action", "demo", "mulching"),
        ("hello", "unknown", ""),
        ("unicorns", "unknown", "unicorns"),
        ("", "unknown", ""),
        ("what are unicorns?", "define", "unicorns"),
        ("books about unicorns", "find_resources", "unicorns"),
        ("how to grow oaks in the shade", "find_resources", "grow oaks in the shade"),
    ],
)
def test_a_question_has_an_intent_and_a_subject(
    hear: Callable[[str], Meaning], question: str, intent: str, text: str
) -> None:
    meaning = hear(question)

    assert (meaning.interpretation.intent, meaning.text) == (intent, text)


def test_what_comes_after_is_told_apart_from_what_comes_before(hear: Callable[[str], Meaning]) -> None:
    assert hear("what comes before mulching").variant == ""
    assert hear("what comes after mulching").variant == "after"


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("what is RLHF?", ("reinforcement learning from human feedback",)),
        ("videos on resnets", ("residual network", "residual networks")),
        ("soil and MCMC", ("Markov chain Monte Carlo",)),
        ("videos about reinforcement learning", ("RL",)),
        ("soil", ()),
        ("unicorns", ()),
    ],
)
def test_abbreviations_that_no_topic_bears_are_spelled_out(
    hear: Callable[[str], Meaning], question: str, names: tuple[str, ...]
) -> None:
    assert hear(question).spelled_out == names


def test_topics_that_are_compared_are_looked_up_as_alternatives(ask: Ask) -> None:
    answered = ask("oaks vs soil")

    assert [topic.id for topic in answered.interpretation.topics] == ["oaks", "soil"]
    assert answered.total == 4


@pytest.mark.parametrize(
    ("question", "known", "target"),
    [
        ("I know soil, how do I get to pruning?", ["soil"], ["pruning-and-grafting"]),
        ("how do I get from soil to pruning", ["soil"], ["pruning-and-grafting"]),
        ("learning path to pruning", None, ["pruning-and-grafting"]),
        ("How do I learn pruning if I know soil?", ["soil"], ["pruning-and-grafting"]),
        ("learn pruning knowing soil, oaks and mulching", ["soil", "oaks", "mulching"], ["pruning-and-grafting"]),
        ("I know soil and I want to learn pruning", ["soil"], ["pruning-and-grafting"]),
        ("what should students know before pruning who already know soil", ["soil"], ["pruning-and-grafting"]),
        ("which topics am I missing for pruning? I know soil", ["soil"], ["pruning-and-grafting"]),
        ("can I learn pruning from scratch?", None, ["pruning-and-grafting"]),
    ],
)
def test_a_path_knows_where_one_comes_from(ask: Ask, question: str, known: list[str] | None, target: list[str]) -> None:
    interpretation = ask(question).interpretation

    assert (interpretation.intent, interpretation.filters.get("known")) == ("path", known)
    assert [topic.id for topic in interpretation.topics] == target


@pytest.mark.parametrize(
    ("question", "intent", "topics"),
    [
        ("videos on soil for someone who knows mulching", "find_resources", ["soil"]),
        ("explain soil, I know mulching", "define", ["soil"]),
        ("I know soil", "prerequisites", ["soil"]),
        ("I've done soil and mulching, what next?", "prerequisites", ["soil", "mulching"]),
        ("what should I know to learn mulching", "prerequisites", ["mulching"]),
        ("what should I know about mulching", "find_resources", ["mulching"]),
    ],
)
def test_who_knows_something_does_not_always_ask_for_a_path(
    ask: Ask, question: str, intent: str, topics: list[str]
) -> None:
    interpretation = ask(question).interpretation

    assert (interpretation.intent, [topic.id for topic in interpretation.topics]) == (intent, topics)


@pytest.mark.parametrize(
    ("pattern", "question", "places"),
    [
        ("how many", "tell me how many there are", {2, 3}),
        ("what does * mean", "what does soil mean", {0, 1, 3}),
        ("what does * mean", "what does it all in the very end really mean", set()),  # more than `*` stands for
        ("^list", "list soils", {0}),
        ("^list", "a list", set()),
        ("^show me$", "show me", {0, 1}),
        ("^show me$", "show me soil", set()),
    ],
)
def test_patterns_fit_whole_words_in_order(pattern: str, question: str, places: set[int]) -> None:
    asked = Cues((Cue("count", "", (pattern,)),)).read(question.split())

    assert asked.quiet == places
    assert bool(asked.intent) == bool(places)


def test_cues_are_looked_for_at_the_beginning_of_a_long_question() -> None:
    cues = Cues((Cue("count", "", ("how many",)),))

    assert cues.read(["word"] * MOST_READ + ["how", "many"]).intent == ""


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("which topics have no videos?", "topics"),
        ("which topics have no resources?", "topics"),
        ("which languages are there?", "languages"),
        ("who are the authors?", "authors"),
    ],
)
def test_no_resource_answers_a_question_on_the_catalogue(ask_course: Ask, question: str, things: str) -> None:
    answered = ask_course(question)

    assert (answered.total, answered.related) == (0, [])
    assert answered.message == f"The question asks for {things}, not for resources: POST /api/v1/ask answers it."


def test_what_was_added_last_comes_first(ask: Ask) -> None:
    answered = ask("what's new on soil?")

    assert [json.loads(hit.card)["title"] for hit in answered.items][-1] == "Soil in five minutes"
    assert answered.message.startswith("3 resources are filed under Soil. The last added come first.")
