"""One resource has one id, however its URL is written; two resources have two."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.urls import TRACKING_PARAMETERS, ResourceUrl, parse_url
from service.errors import InvalidInput

words = st.text(string.ascii_letters + string.digits + "-_.~%()א", max_size=12)
hosts = st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8}){1,3}", fullmatch=True)
video_ids = st.text(string.ascii_letters + string.digits + "-_", min_size=11, max_size=11)
arxiv_ids = st.from_regex(r"(0[7-9]|1[0-9]|2[0-6])(0[1-9]|1[0-2])\.[0-9]{5}", fullmatch=True)
urls = st.builds(
    lambda scheme, host, path, query, fragment: f"{scheme}://{host}/{'/'.join(path)}?{query}#{fragment}",
    st.sampled_from(["http", "https", "HTTPS"]),
    hosts,
    st.lists(words, max_size=4),
    words,
    words,
)


def parsed(text: str) -> ResourceUrl | None:
    try:
        return parse_url(text)
    except InvalidInput:
        return None


@given(urls | st.text() | st.text().map("https://x.org/".__add__) | st.text().map("https://".__add__))
def test_any_text_is_a_url_or_refused_and_canonical_forms_stay_themselves(text: str) -> None:
    url = parsed(text)

    if url is not None:
        again = parse_url(url.canonical)
        assert again.canonical == url.canonical
        assert again.id == url.id
        assert again.fragment == ""


@given(urls, st.sampled_from([*sorted(TRACKING_PARAMETERS), "utm_source", "UTM_Campaign"]), words)
def test_tracking_parameters_change_nothing(text: str, name: str, value: str) -> None:
    url = parsed(text)
    if url is None:
        return
    address = url.canonical.split("#")[0]
    tracked = f"{address}{'&' if '?' in address else '?'}{name}={value.replace('%', '')}"

    assert parse_url(tracked).id == parse_url(address).id


@given(hosts, st.lists(words, max_size=3).map("/".join))
def test_case_of_the_host_scheme_www_and_a_closing_slash_change_nothing(host: str, path: str) -> None:
    first = parsed(f"https://{host}/{path}")
    if first is None or host.startswith("www."):
        return

    for other in (f"http://{host}/{path}", f"https://{host.upper()}/{path}", f"https://www.{host}/{path}/"):
        assert parse_url(other).id == first.id


@given(video_ids)
def test_a_video_has_one_id_on_all_of_youtubes_addresses(video: str) -> None:
    ids = {
        parse_url(address).id
        for address in (
            f"https://www.youtube.com/watch?v={video}",
            f"https://youtu.be/{video}?si=abc",
            f"https://youtube.com/watch?feature=share&v={video}&t=10s",
            f"https://m.youtube.com/watch?v={video}",
            f"https://www.youtube-nocookie.com/embed/{video}",
            f"https://www.youtube.com/shorts/{video}",
        )
    }

    assert len(ids) == 1


@given(arxiv_ids, st.sampled_from(["", "v1", "v12"]))
def test_a_paper_has_one_id_on_all_of_arxivs_addresses(number: str, version: str) -> None:
    paper = parse_url(f"https://arxiv.org/abs/{number}")

    for form in (f"abs/{number}{version}", f"pdf/{number}{version}", f"pdf/{number}{version}.pdf", f"html/{number}"):
        assert parse_url(f"http://arxiv.org/{form}").id == paper.id


@given(video_ids, video_ids)
def test_two_videos_have_two_ids(one: str, other: str) -> None:
    same = parse_url(f"https://youtu.be/{one}").id == parse_url(f"https://youtu.be/{other}").id

    assert same == (one == other)


@pytest.mark.parametrize(
    ("text", "canonical", "fragment"),
    [
        ("https://X.org/A#part", "https://x.org/A", "part"),
        ("https://x.org/app#/route", "https://x.org/app#/route", ""),
        ("https://x.org/app#!route", "https://x.org/app#!route", ""),
        ("https://x.org:443/a/../b", "https://x.org/b", ""),
        ("https://x.org/a?utm_source=m&b=1&fbclid=2", "https://x.org/a?b=1", ""),
        ("https://en.wikipedia.org/wiki/Entropy_(information_theory)#Example",
         "https://en.wikipedia.org/wiki/Entropy_(information_theory)", "Example"),
    ],
)  # fmt: skip
def test_a_url_is_taken_apart(text: str, canonical: str, fragment: str) -> None:
    url = parse_url(text)

    assert (url.canonical, url.fragment) == (canonical, fragment)


@pytest.mark.parametrize("text", ["", "x.org", "/a", "mailto:a@x.org", "ftp://x.org", "https://", "https://a b.org"])
def test_what_is_no_web_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_url(text)
