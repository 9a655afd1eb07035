"""What a page states as one of several: "Python or R" is one choice, "Python and R" two prerequisites."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import graph
from service.catalog.models import Prerequisite
from service.catalog.vocabulary import Vocabulary
from service.ingest.ingest import PageContent, ingest
from service.ingest.notes import names_in
from service.ingest.reconcile import IngestOptions

PAGE = "# Languages\n\n## Python\n## R\n## Calculus\n## Statistics\n{}\n"


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("Python or R", [("Python", "R")]),
        ("either Python or R.", [("Python", "R")]),
        ("Python, R or Julia", [("Python", "R", "Julia")]),
        ("one of Python, R, or Julia", [("Python", "R", "Julia")]),
        ("Python and/or R", [("Python", "R")]),
        ("Python and R", [("Python",), ("R",)]),
        ("Python, R", [("Python",), ("R",)]),
        ("Python, R, and Julia", [("Python",), ("R",), ("Julia",)]),
        ("Python & R", [("Python",), ("R",)]),
        ("calculus, and Python or R", [("calculus",), ("Python", "R")]),
        ("Python or R, calculus", [("Python", "R"), ("calculus",)]),
        ("Python or R and calculus", [("Python", "R"), ("calculus",)]),
        ("calculus; Python, R or Julia", [("calculus",), ("Python", "R", "Julia")]),
        ("knowledge of Python or R", [("Python", "R")]),
        ("Python or Python", [("Python",)]),
        ("vector calculus", [("vector calculus",)]),
    ],
)
def test_a_list_of_names_is_read_as_what_is_needed_and_what_is_a_choice(
    text: str, groups: list[tuple[str, ...]]
) -> None:
    assert list(names_in(text)) == groups


def _groups(session: Session, vocabulary: Vocabulary, line: str, name: str = "languages") -> dict[str, str | None]:
    page = PageContent(name, f"{name}.md", PAGE.format(line).encode())
    ingest(session, page, vocabulary, IngestOptions())
    stated = select(Prerequisite).where(Prerequisite.kind == "stated").order_by(Prerequisite.prerequisite_id)
    return {edge.prerequisite_id: edge.any_of for edge in session.scalars(stated)}


def test_alternatives_are_a_group_and_the_rest_stands_for_itself(session: Session, vocabulary: Vocabulary) -> None:
    found = _groups(session, vocabulary, "Requires: calculus, and Python or R")

    assert found == {"calculus": None, "python": "Python or R", "r": "Python or R"}
    known = graph.current(session)
    assert [set(group) for group in known.choices_into["statistics"]] == [{"python", "r"}]
    assert "calculus" in known.required_into["statistics"]


def test_a_new_edition_may_turn_a_choice_into_requirements_and_back(session: Session, vocabulary: Vocabulary) -> None:
    lines = ("Requires: Python or R", "Requires: Python and R", "Requires: Python or R")

    found = [_groups(session, vocabulary, line) for line in lines]

    assert found == [
        {"python": "Python or R", "r": "Python or R"},
        {"python": None, "r": None},
        {"python": "Python or R", "r": "Python or R"},
    ]


def test_what_any_page_states_alone_is_no_choice(session: Session, vocabulary: Vocabulary) -> None:
    _groups(session, vocabulary, "Requires: Python or R")

    found = _groups(session, vocabulary, "Requires: Python", "others")

    assert found == {"python": None, "r": "Python or R"}
