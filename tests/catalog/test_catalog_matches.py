"""Of resources that are known by number, those that meet what is asked."""

from sqlalchemy.orm import Session

from service.catalog import matches, models
from service.catalog.wanted import EVERYTHING, Wanted


def _write(session: Session) -> None:
    session.add(models.Topic(id="soil", label="Soil"))
    for number, media_type, status in ((1, "video", "active"), (2, "book", "active"), (3, "video", "hidden")):
        values = {"id": f"r{number}", "url": f"https://a.example/{number}", "host": "a.example", "title": "T"}
        session.add(models.Resource(number=number, media_type=media_type, status=status, card="{}", **values))
    session.flush()
    session.add(models.ResourceTopic(topic_id="soil", resource_number=1, media_type="video"))
    session.flush()


def test_those_that_meet_it_are_told_from_those_that_do_not(session: Session) -> None:
    _write(session)

    assert set(matches.among(session, EVERYTHING, [1, 2, 3, 4])) == {1, 2}
    assert set(matches.among(session, Wanted(media_types=("video",)), [3, 2, 1])) == {1}
    assert matches.among(session, Wanted(topics=(("soil",),)), [2, 1]) == {1: matches.Match(1, "soil", b"{}")}
    assert matches.among(session, EVERYTHING, []) == {}


def test_more_numbers_than_one_statement_takes_are_cut_off(session: Session) -> None:
    _write(session)

    assert set(matches.among(session, EVERYTHING, [1, *range(100, 400), 2])) == {1}
