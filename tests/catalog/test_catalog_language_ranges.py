"""A language that is asked for stands for its variants too: the filter, the search, and what a learner prefers."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.catalog import matches, models, revisions
from service.catalog.best_resources import Preference, best_under
from service.catalog.language_ranges import matches_range
from service.catalog.resource_filter import ResourceFilter
from service.catalog.resources import find
from service.catalog.snapshots import Snapshots
from service.catalog.wanted import Wanted

LANGUAGES = ("pt", "pt-BR", "pto", "en", None)
IN_RANGE = {"pt": {1, 2}, "pt-BR": {2}, "pt-BR-x": set(), "en": {4}, "xx": set()}


@pytest.fixture
def filled(session: Session) -> Session:
    session.add(models.Topic(id="soil", label="Soil"))
    for number, language in enumerate(LANGUAGES, 1):
        values = {"id": f"r{number}", "url": f"https://a.example/{number}", "host": "a.example", "title": "T"}
        session.add(models.Resource(number=number, language=language, media_type="video", card=f"{number}", **values))
        session.flush()
        session.add(models.ResourceTopic(topic_id="soil", resource_number=number, media_type="video"))
    revisions.advance(session, "test", "ingest", "page:lectures", {})
    session.commit()
    return session


@pytest.mark.parametrize("language", IN_RANGE)
def test_a_language_finds_its_variants_and_no_other_language(filled: Session, engine: Engine, language: str) -> None:
    snapshots = Snapshots(engine)
    with snapshots.open() as prepared:
        for session in (filled, prepared):
            listed = find(session, ResourceFilter(language=language)).cards
            found = matches.matching_numbers(session, Wanted(language=language), 10)
            others = matches.matching_numbers(session, Wanted(without_language=language), 10)

            assert {int(card) for card in listed} == IN_RANGE[language]
            assert set(found) == IN_RANGE[language]
            assert set(others) == {1, 2, 3, 4, 5} - IN_RANGE[language]
    snapshots.close()


def test_who_prefers_a_language_is_shown_its_variants_first(filled: Session) -> None:
    [best] = best_under(filled, ["soil"], Preference(language="pt"), 3).values()

    assert best == ["1", "2", "5"]


@pytest.mark.parametrize("language", IN_RANGE)
def test_python_and_sql_agree_on_what_is_in_a_range(language: str) -> None:
    tagged = {number for number, tag in enumerate(LANGUAGES, 1) if matches_range(tag, language)}

    assert tagged == IN_RANGE[language]
