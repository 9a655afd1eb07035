"""coursegraph path and gap: what to learn, why, from what, and how long it takes."""

from collections.abc import Callable

import pytest
from click.testing import Result

Command = Callable[..., Result]


def test_a_path_shows_reasons_resources_and_time(course: Command) -> None:
    shown = course("path", "forests", "--prefer", "video").output

    assert "1. Trees (trees)\n   Forests builds on it: the page says: “Prerequisites: Trees” (course, line 8)." in shown
    assert "Trees in 5 minutes (video, 5 min): https://example.org/trees\n   or: All about trees (article)" in shown
    assert "In all 5 minutes, and 1 steps of unknown length." in shown


def test_a_gap_says_what_is_missing_and_what_can_be_begun(course: Command) -> None:
    shown = course("gap", "forests").output

    assert shown.startswith("Missing: Trees, Forests.\nReady now: Trees.\n")


def test_who_knows_it_all_has_nothing_left(course: Command) -> None:
    assert course("gap", "forests", "--known", "forests").output == "Nothing is left to learn.\n"


def test_a_language_is_named_by_its_tag_or_its_name(course: Command) -> None:
    by_tag, by_name = (course("path", "forests", "--language", name).output for name in ("fr", "French"))

    assert by_name == by_tag
    assert by_tag.index("Forêts") < by_tag.index("Random forests")


@pytest.mark.parametrize("option", ["--prefer", "--language"])
def test_an_unknown_media_type_or_language_is_a_wrong_call(course: Command, option: str) -> None:
    refused = course("path", "forests", option, "smell")

    assert refused.exit_code == 2
    assert "'smell'" in refused.stderr


def test_a_recommendation_has_its_reason(course: Command) -> None:
    shown = course("recommend", "--known", "trees", "--limit", "1").output

    assert shown.startswith("1. Random forests (article): https://example.org/forests\n")
    assert "Ready to learn: “Forests” builds on “Trees”, which you know." in shown
