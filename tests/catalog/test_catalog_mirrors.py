"""Addresses at which one probably finds the same are told from those of other things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.mirrors import mirrors
from service.catalog.urls import parse_url


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://m.example.org/pears", "https://example.org/pears"),
        ("https://mobile.example.org/pears?page=2", "https://example.org/pears?page=2"),
        ("https://en.m.wikipedia.org/wiki/Pear", "https://en.wikipedia.org/wiki/Pear"),
        ("https://example.org/pears/index.html", "https://example.org/pears/"),
        ("https://example.org/pears", "https://example.org/pears/index.html"),
        ("https://ar5iv.labs.arxiv.org/html/1803.08494", "https://arxiv.org/abs/1803.08494"),
        ("https://huggingface.co/papers/1803.08494", "https://export.arxiv.org/pdf/1803.08494v3.pdf"),
        ("https://doi.org/10.48550/arXiv.1803.08494", "https://ar5iv.org/abs/1803.08494"),
        ("https://arxiv.org/abs/cs/9901001", "https://www.alphaxiv.org/abs/cs/9901001"),
        ("https://yewtu.be/watch?v=aircAruvnKk", "https://youtu.be/aircAruvnKk"),
        ("https://www.youtube.com/e/aircAruvnKk", "https://m.youtube.com/watch?v=aircAruvnKk&t=3"),
    ],
)
def test_a_mirror_is_known_from_either_side(one: str, other: str) -> None:
    addresses = parse_url(one), parse_url(other)

    assert addresses[0].id != addresses[1].id
    assert addresses[1].id in mirrors(addresses[0].canonical)
    assert addresses[0].id in mirrors(addresses[1].canonical)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/pears", "https://example.org/plums"),
        ("https://example.org/pears", "https://example.com/pears"),
        ("https://a.example.org/pears", "https://b.example.org/pears"),
        ("https://example.org/pears?id=1", "https://m.example.org/pears?id=2"),
        ("https://arxiv.org/abs/1803.08494", "https://ar5iv.org/abs/1803.08495"),
        ("https://youtu.be/aircAruvnKk", "https://yewtu.be/watch?v=IHZwWFHWa-w"),
    ],
)
def test_other_things_are_no_mirrors(one: str, other: str) -> None:
    assert parse_url(other).id not in mirrors(parse_url(one).canonical)


HOSTS = st.sampled_from(
    ["example.org", "m.com", "127.0.0.1", "[::1]", "localhost:8000", "a.m.b", "xn--tda.de", "m.m.m"]
)


@given(HOSTS, st.text("/.m?&#=%äv", max_size=12))
def test_any_address_has_mirrors_that_are_others(host: str, rest: str) -> None:
    address = parse_url(f"https://{host}/{rest}")

    assert address.id not in mirrors(address.canonical)
