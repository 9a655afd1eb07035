"""Questions in Hebrew and Arabic: understood as their English counterparts are, whatever the subject is written in."""

from collections.abc import Callable

import pytest

from service.search.answer import Answer
from service.search.apart import taken_apart

Ask = Callable[..., Answer]


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("מה זה CNN?", "what is CNN?"),
        ("סרטונים על backprop", "videos on backprop"),
        ("מאמרים על CNN", "articles or papers on CNN"),
        ("ספרים בעברית על neural networks", "books in Hebrew on neural networks"),
        ("סרטונים שמסבירים רשתות נוירונים", "videos that explain neural networks"),
        ("מה ללמוד לפני CNN?", "what should I learn before CNN?"),
        ("מה צריך לדעת לפני ה-CNN", "what do I need to know before CNN"),
        ("מה בא אחרי backprop", "what comes after backprop"),
        ("איך ללמוד CNN", "how to learn CNN"),
        ("הסבר על regularization", "explain regularization"),
        ("איך עובד gradient descent", "how does gradient descent work"),
        ("כמה מאמרים יש על CNN?", "how many articles or papers are on CNN?"),
        ("ההבדל בין CNN לרגרסיה לוגיסטית", "difference between CNN and logistic regression"),
        ("אני יודע backprop, איך להגיע לCNN?", "I know backprop, how do I get to CNN?"),
        ("הדגמה של CNN", "demo of CNN"),
        ("אני מכין שיעור על CNN, אילו הדמיות יש?", "visualizations on CNN"),
        ("מסלול מ-logistic regression ל-CNN", "path from logistic regression to CNN"),
        ("אילו נושאים יש?", "which topics are there?"),
        ("ספר של Goodfellow", "book by Goodfellow"),
        ("סרטונים על CNN ב-YouTube", "videos on CNN on YouTube"),
        ("חומרים על CNN שאינם סרטונים", "CNN without videos"),
        ("ما هو CNN؟", "what is CNN?"),
        ("فيديوهات عن backprop", "videos on backprop"),
        ("ماذا يجب أن أتعلم قبل CNN؟", "what should I learn before CNN?"),
        ("الفرق بين CNN و backprop", "difference between CNN and backprop"),
        ("شرح الانحدار اللوجستي", "explain logistic regression"),
    ],
)
def test_a_question_means_what_it_does_in_english(ask_course: Ask, question: str, english: str) -> None:
    told, meant = ask_course(question).interpretation, ask_course(english).interpretation

    assert told.unknown_words == ()
    assert (told.intent, [topic.id for topic in told.topics]) == (meant.intent, [topic.id for topic in meant.topics])
    assert (set(told.media_types), told.filters) == (set(meant.media_types), meant.filters)
    assert told.excluded == meant.excluded


def test_an_unknown_subject_stays_one_in_any_language(ask_course: Ask) -> None:
    answered = ask_course("מתכון לעוגת שוקולד")

    assert answered.interpretation.unknown_words == ("מתכון", "לעוגת", "שוקולד")
    assert not answered.items


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("בעברית", ["ב", "עברית"]),
        ("ובעברית", ["ו", "ב", "עברית"]),
        ("לcnn", ["ל", "cnn"]),
        ("ו", ["ו"]),
        ("בלי", ["בלי"]),
        ("בשוקולד", ["בשוקולד"]),
        ("cnn", ["cnn"]),
    ],
)
def test_small_words_are_taken_off_what_is_known_without_them(word: str, pieces: list[str]) -> None:
    assert taken_apart([word], ["ב", "ו", "ל"], {"עברית", "בלי", "לי"}) == pieces
