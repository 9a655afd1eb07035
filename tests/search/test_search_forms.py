"""Questions of one form: understood once, and each as if it were the only one."""

import pytest
from sqlalchemy.orm import Session

from service import graph
from service.catalog.vocabulary import Vocabulary
from service.search import Query
from service.search.phrases import phrases_of
from service.search.understand import understand

FORMS = (
    "videos on {}",
    "{}",
    "What is {}?",
    "show me free papers or books about {}, please",
    "{} but no videos",
    "anything but {}",
    "I know {}, what next?",
    "what comes before {}",
    "how many articles on {}",
    "{} and backprop",
    "two videos on {} since 2018",
    "learning {}",
    "lecture {}",
    "{} by Goodfellow",
    "vidoes on {}",
)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_is_known_means_what_it_would_if_it_were_not(
    course: Session, vocabulary: Vocabulary, form: str
) -> None:
    knowledge = graph.current(course)
    phrases = phrases_of(knowledge, vocabulary)
    questions = [
        Query(form.format(name), year_min=year) for name in list(knowledge.names)[::4] for year in (None, 2015)
    ]
    afresh = []
    for question in questions:
        phrases.forms.clear()
        afresh.append(understand(course, knowledge, phrases, question))

    recalled = [understand(course, knowledge, phrases, question) for question in questions]

    assert recalled == afresh


def test_only_forms_with_one_plain_topic_are_remembered(course: Session, vocabulary: Vocabulary) -> None:
    knowledge = graph.current(course)
    phrases = phrases_of(knowledge, vocabulary)
    phrases.forms.clear()

    for question in ("videos on dropout", "videos on cnn", "dropout and cnn", "2 videos on cnn", "anything but cnn"):
        understand(course, knowledge, phrases, Query(question))

    assert len(phrases.forms) == 1
