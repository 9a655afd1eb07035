"""Enrichment fills gaps from publishers' answers, says that it did, and fails softly."""

import json

import httpx
import pytest
from sqlalchemy.orm import Session

from service.catalog import enrichments, resources, revisions
from service.catalog.facts import Enrichment
from service.catalog.urls import parse_url
from service.catalog.vocabulary import Vocabulary
from service.ingest.enrich import Enriched, enrich
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions
from service.outbound import FetchLimits

ARXIV = """<feed xmlns="http://www.w3.org/2005/Atom"><entry>
<title>Group
  Normalization</title><published>2018-03-22T00:00:00Z</published>
<author><name>Yuxin Wu</name></author><author><name>Kaiming He</name></author></entry></feed>"""
ANSWERS = {
    "export.arxiv.org": ARXIV,
    "www.youtube.com": '{"title": "Ridge", "author_name": "StatQuest", "provider_name": "YouTube"}',
    "api.crossref.org": '{"message": {"title": ["Nature"], "author": [{"given": "Yann", "family": "LeCun"}], '
    '"issued": {"date-parts": [[2015, 5]]}, "publisher": "Springer"}}',
    "example.org": '<html lang="he-IL">'
    '<meta property="og:title" content="שלום"><meta name="author" content="Dana"></html>',
    "broken.example": "{",
}


def _ask(*urls: str) -> Enriched:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host not in ANSWERS:
            raise httpx.ConnectError("no route", request=request)
        return httpx.Response(200, text=ANSWERS[request.url.host])

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        return enrich(client, [(url, url) for url in urls], FetchLimits(), 10.0)


@pytest.mark.parametrize(
    ("url", "by", "fields"),
    [
        (
            "https://arxiv.org/abs/1803.08494",
            "arXiv",
            {"title": "Group Normalization", "authors": ["Yuxin Wu", "Kaiming He"], "year": 2018},
        ),
        (
            "https://www.youtube.com/watch?v=Q81RR3yKn30",
            "oEmbed",
            {"title": "Ridge", "authors": ["StatQuest"], "publisher": "YouTube"},
        ),
        (
            "https://doi.org/10.1038/nature14539",
            "Crossref",
            {"title": "Nature", "authors": ["Yann LeCun"], "year": 2015, "publisher": "Springer"},
        ),
        ("https://example.org/a", "Open Graph", {"title": "שלום", "authors": ["Dana"], "language": "he"}),
    ],
)
def test_each_service_is_asked_about_its_own_urls(url: str, by: str, fields: dict[str, object]) -> None:
    assert _ask(url).found == {url: Enrichment(by, fields)}


def test_a_host_that_does_not_answer_is_asked_once_and_named() -> None:
    answer = _ask("https://away.example/1", "https://away.example/2", "https://example.org/a")

    assert list(answer.found) == ["https://example.org/a"]
    assert answer.failures == ["https://away.example/1: no route"]


def test_an_answer_that_makes_no_sense_is_a_failure_that_says_whose() -> None:
    ANSWERS["export.arxiv.org"], kept = "<feed", ANSWERS["export.arxiv.org"]

    answer = _ask("https://arxiv.org/abs/1803.08494")

    ANSWERS["export.arxiv.org"] = kept
    assert answer.found == {}
    assert "the answer of arXiv cannot be read" in answer.failures[0]


def test_what_was_found_fills_gaps_and_leaves_what_the_page_says(session: Session, vocabulary: Vocabulary) -> None:
    page = b"# Norms\n\n## Group norm\n* Group normalization [paper](https://arxiv.org/abs/1803.08494)\n"
    ingest(session, PageContent("norms", "norms.md", page), vocabulary, IngestOptions())
    ((resource_id, url),) = enrichments.with_gaps(session, "norms")
    found = Enrichment("arXiv", {"title": "Other", "authors": ["Yuxin Wu"], "year": 1999})

    changed = enrichments.store(session, {resource_id: found}, "test")

    card = json.loads(resources.card(session, parse_url(url).id)[0])
    assert (card["title"], card["authors"], card["year"]) == ("Group normalization", ["Yuxin Wu"], 2018)
    assert card["enrichment"] == {"by": "arXiv", "fields": {"authors": ["Yuxin Wu"]}}
    assert (list(changed), revisions.current(session)) == ([resource_id], 2)
