"""Query strings are read as the standard library reads them."""

from urllib.parse import parse_qs, quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, fields

from service.api.inputs import QueryReader


class TwoTexts(Schema):
    """Any text."""

    q = fields.String()
    topic = fields.Raw()


READER = QueryReader(TwoTexts())
SENT = st.text(st.sampled_from("aZ1 =+%;é\u05d0/?"), max_size=12)  # % may stand before what is no escape


@given(SENT, st.sampled_from(["q={}", "q={}&", "&&q={}", "topic=&q={}", "q={}&topic"]))
def test_a_value_is_what_the_standard_library_makes_of_it(value: str, query: str) -> None:
    sent = query.format(value).encode().decode("latin-1")  # as WSGI has it

    expected = parse_qs(query.format(value), keep_blank_values=True)

    assert READER.read(sent) == {name: values[0] for name, values in expected.items()}


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20))
def test_what_was_escaped_comes_out_whole(value: str) -> None:
    assert READER.read(f"q={quote(value)}&topic={quote_plus(value)}") == {"q": value, "topic": value}


@pytest.mark.parametrize(("query", "topics"), [("topic=a&topic=b&topic=a", ["a", "b", "a"]), ("topic=a,b", "a,b")])
def test_a_parameter_may_be_repeated(query: str, topics: object) -> None:
    assert READER.read(query) == {"topic": topics}
