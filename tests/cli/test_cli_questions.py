"""coursegraph ask: answers in words on the terminal, and as JSON."""

import json
from collections.abc import Callable

from click.testing import Result

Command = Callable[..., Result]


def test_an_answer_names_the_lines_that_show_it(course: Command) -> None:
    shown = course("ask", "what comes before forests?").output

    assert shown == (
        "Forests builds on Trees [1].\n"
        "“Trees in 5 minutes” (video, 5 minutes) is filed under Trees [2].\n"
        "“All about trees” (article) is filed under Trees [3].\n"
        "\n"
        "[1] course, line 8: page:course\n"
        "[2] course, line 4: https://example.org/trees\n"
        "[3] course, line 5: https://example.org/all\n"
    )


def test_corrections_are_shown_and_can_be_switched_off(course: Command) -> None:
    assert "(“forsets” is read as “forests”; --as-written leaves it.)" in course("ask", "forsets").output
    assert "Nothing here is about “forsets”" in course("ask", "forsets", "--as-written").output


def test_machines_get_the_claims_the_sources_and_the_resources(course: Command) -> None:
    answer = json.loads(course("ask", "videos", "on", "trees", "--json").output)

    assert answer["interpretation"]["intent"] == "find_resources"
    assert [resource["title"] for resource in answer["resources"]] == ["Trees in 5 minutes"]
    assert [citation["line"] for citation in answer["citations"]] == [3, 4]
    assert answer["claims"][0]["citations"] == [1]


def test_a_question_is_needed(course: Command) -> None:
    assert course("ask").exit_code == 2
