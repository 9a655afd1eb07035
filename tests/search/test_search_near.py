"""Near misses relax one constraint and say which; what is not known gets nothing."""

import json
from collections.abc import Callable

import pytest

from service.search.answer import Answer, Correction

Ask = Callable[..., Answer]


def near(answered: Answer) -> list[tuple[str, str, str]]:
    return [(json.loads(one.card)["title"], one.relation, one.why) for one in answered.related]


@pytest.mark.parametrize(
    ("question", "title", "relation", "why"),
    [
        (
            "videos on composting",
            "Soil in five minutes",
            "topic_required_by",
            "filed under Soil, which Composting builds on",
        ),
        (
            "books on soil since 2010",
            "The soil handbook",
            "other_year",
            "filed under Soil, but not known to be from 2010 on",
        ),
        ("soil videos", "Mulch like a pro", "topic_requires", "filed under Mulching, which builds on Soil"),
        ("soil videos", "The soil handbook", "other_media_type", "filed under Soil, but of another media type"),
        ("oak videos", "Oak care", "other_media_type", "filed under Oaks, but of another media type"),
        ("interactive oaks", "Tree atlas", "broader_topic", "filed under Trees, which Oaks is part of"),
        ("papers on oaks", "Maples in spring", "sibling_topic", "filed under Maples, which stands beside Oaks"),
        ("free books on soil", "The soil handbook", "not_known_free", "filed under Soil, but not stated to be free"),
        (
            "soil books in Hebrew",
            "The soil handbook",
            "other_language",
            "filed under Soil, but not known to be in Hebrew",
        ),
        ("soil books by Green", "The soil handbook", "other_words", "filed under Soil, but not by “green”"),
        ("oaks and soil", "Oak care", "one_topic_fewer", "filed under Oaks, but not under both “Oaks” and “Soil”"),
        ("soil and unicorns", "Erde verstehen", "unknown_words", "filed under Soil, but “unicorns” is not known here"),
    ],
)
def test_a_near_miss_says_which_constraint_it_misses(
    ask: Ask, question: str, title: str, relation: str, why: str
) -> None:
    assert (title, relation, why) in near(ask(question))


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("roses", "No resource is filed under Roses."),
        ("soil videos", "1 video is filed under Soil. 1 video is close to it; 2 resources of other types are on it."),
        ("videos on oaks", "No video is filed under Oaks. 1 resource of other types is on it."),
        ("videos", "2 videos are here."),
        ("code on soil", "No code resource is filed under Soil. 3 resources of other types are on it."),
        ("oaks and soil", "No resource is filed under both “Oaks” and “Soil”. 4 more meet all but one condition."),
        ("free videos in German", "No free video in German is here. 1 more meets all but one condition."),
        ("history of soil", "No resource with “history” in its title, author or host is filed under Soil, "
                            "but 1 has “soil” in the title. 3 more meet all but one condition."),
        ("unicorns", "Nothing here is about “unicorns”: no topic, title, author or host has that word."),
        ("soil and unicorns", "“unicorns” is not known here, so nothing meets the whole question. "
                              "3 resources are filed under Soil. 2 resources are close to it."),
        ("please", "The question names nothing to look for: no topic, media type, author, year or language."),
    ],
)  # fmt: skip
def test_the_message_says_it_in_plain_words(ask: Ask, question: str, message: str) -> None:
    assert ask(question).message == message


@pytest.mark.parametrize(
    "question", ["unicorns", "videos on unicorns", "unicorn dragons in Hebrew since 2018", "", "?!"]
)
def test_what_the_graph_does_not_hold_gets_nothing_at_all(ask: Ask, question: str) -> None:
    answered = ask(question)

    assert (answered.total, answered.items, answered.related, answered.next_after) == (0, [], [], None)


def test_an_unknown_word_beside_a_known_topic_leaves_no_exact_item(ask: Ask) -> None:
    answered = ask("articles on soil and unicorns")

    assert answered.items == []
    assert answered.interpretation.unknown_words == ("unicorns",)
    assert answered.related[0].relation == "unknown_words"


def test_a_part_cannot_be_told_apart_from_its_topic(ask: Ask) -> None:
    answered = ask("pruning without grafting")

    assert answered.items == []
    assert answered.interpretation.unknown_words == ("grafting",)


def test_no_resource_is_both_exact_and_near_even_across_pages(ask: Ask) -> None:
    first = ask("soil since 2019", limit=1)

    exact = {json.loads(hit.card)["id"] for hit in ask("soil since 2019").items}
    assert {title for title, _, _ in near(first)} == {"The soil handbook"}
    assert exact.isdisjoint(json.loads(one.card)["id"] for one in first.related)


def test_near_misses_come_with_the_first_stretch_only(ask: Ask) -> None:
    first = ask("soil", limit=2)

    assert first.related
    assert not ask("soil", limit=2, after=first.next_after).related


def test_the_nearest_come_first_and_no_score_exceeds_that_of_an_exact_item(ask: Ask) -> None:
    answered = ask("soil videos")

    scores = [one.score for one in answered.related]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] < answered.items[0].score <= 1


@pytest.mark.parametrize(
    ("question", "corrected"),
    [
        ("vidoes on soil", [Correction("vidoes", "videos")]),
        ("mulchng", [Correction("mulchng", "mulching")]),
        ("compostingg bokos", [Correction("compostingg", "composting"), Correction("bokos", "books")]),
        ("soli", []),  # too short: "sold", "solo" and "sole" are as near
        ("heeps", []),  # only a title's word is near
    ],
)
def test_one_slip_in_a_long_word_is_corrected_and_told(ask: Ask, question: str, corrected: list[Correction]) -> None:
    interpretation = ask(question).interpretation

    assert list(interpretation.corrections) == corrected
    assert all(topic.by == "correction" for topic in interpretation.topics if topic.id != "soil")


def test_a_word_that_a_resource_has_is_not_corrected(ask: Ask) -> None:
    answered = ask("layers")  # one slip from nothing known, and in a title

    assert answered.interpretation.corrections == ()
    assert answered.total == 1


def test_who_is_not_known_to_have_made_anything_is_named_and_the_rest_is_counted(ask: Ask) -> None:
    answered = ask("videos by Jane Nobody on soil")

    assert answered.total == 0
    assert answered.message.startswith(
        "Nobody called “jane nobody” made or published anything here, so nothing meets the whole question. "
        "1 video is filed under Soil."
    )
    assert answered.related[0].why == "filed under Soil, but “jane” and “nobody” are not known here"


def test_a_name_ends_where_the_subject_begins(ask: Ask) -> None:
    answered = ask("something by Jane Nobody about unicorns")

    assert answered.message.startswith("Nobody called “jane nobody” made or published anything here. Nothing here is")


def test_what_something_comes_from_need_not_be_a_maker(ask: Ask) -> None:
    assert ask("how do I keep slugs from soil").message.startswith("“keep” and “slugs” are not known here")
    assert "Nobody called" not in ask("soil from unicorns").message
