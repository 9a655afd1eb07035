"""Filling the gaps that pages leave, from what publishers state: oEmbed, arXiv, Crossref, Open Graph.

Asked only on request. What comes back fills gaps, is marked as such, and never outranks a page or a curator.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import orjson
from lxml import etree, html

from service.catalog.facts import Enrichment
from service.errors import CoursegraphError, FetchError
from service.outbound import FetchLimits, fetch

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@dataclass(frozen=True)
class Enriched:
    """What came of asking: an enrichment for each resource that got one, and why others got none."""

    found: dict[str, Enrichment]  # by resource id
    failures: Sequence[str]


def enrich(
    client: httpx.Client, resources: Iterable[tuple[str, str]], limits: FetchLimits, time_limit_s: float
) -> Enriched:
    """Ask about each (id, URL) in turn until the time is up. A host that does not answer is asked once."""
    found: dict[str, Enrichment] = {}
    failures: dict[str, str] = {}  # by host
    deadline = time.monotonic() + time_limit_s
    for resource_id, url in resources:
        host = _service(url).host(url)
        if host in failures:
            continue
        if time.monotonic() > deadline:
            failures[""] = f"the time limit of {time_limit_s:g} s was reached; the rest was not asked"
            break
        try:
            found[resource_id] = _ask(client, url, limits)
        except CoursegraphError as error:
            failures[host] = str(error)
    return Enriched(found, list(failures.values()))


@dataclass(frozen=True)
class Service:
    """One that knows about some URLs: where to ask, and how to read the answer."""

    name: str
    question: Callable[[str], str]
    read: Callable[[bytes], dict[str, Any]]

    def host(self, url: str) -> str:
        """The host that will be asked."""
        return urlsplit(self.question(url)).hostname or ""


def _ask(client: httpx.Client, url: str, limits: FetchLimits) -> Enrichment:
    service = _service(url)
    question = service.question(url)
    fetched = fetch(client, question, limits)
    try:
        fields = service.read(fetched.content)
    except (ValueError, KeyError, IndexError, TypeError, etree.LxmlError) as error:
        raise FetchError(question, f"the answer of {service.name} cannot be read: {error}") from error
    return Enrichment(service.name, {name: value for name, value in fields.items() if value})


def _service(url: str) -> Service:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if host == "youtube.com":
        return _OEMBED
    if host == "arxiv.org" and parts.path.startswith("/abs/"):
        return _ARXIV
    return _CROSSREF if host in ("doi.org", "dx.doi.org") else _OPEN_GRAPH


def _read_oembed(content: bytes) -> dict[str, Any]:
    answer = orjson.loads(content)
    return {"title": answer["title"], "authors": [answer["author_name"]], "publisher": answer["provider_name"]}


def _read_arxiv(content: bytes) -> dict[str, Any]:
    entry = etree.fromstring(content, _SAFE_XML).find("a:entry", ATOM)
    if entry is None:
        raise ValueError("no such paper")
    return {
        "title": " ".join(entry.findtext("a:title", "", ATOM).split()),
        "authors": [name.text for name in entry.findall("a:author/a:name", ATOM)],
        "year": int(entry.findtext("a:published", "", ATOM)[:4]),
    }


def _read_crossref(content: bytes) -> dict[str, Any]:
    work = orjson.loads(content)["message"]
    return {
        "title": work["title"][0],
        "authors": [f"{a.get('given', '')} {a.get('family', '')}".strip() for a in work.get("author", ())],
        "year": work["issued"]["date-parts"][0][0],
        "publisher": work.get("publisher"),
    }


def _read_open_graph(content: bytes) -> dict[str, Any]:
    document = html.document_fromstring(content or b"<html/>", parser=html.HTMLParser(encoding=_encoding(content)))
    said = {m.get("property") or m.get("name"): m.get("content") for m in document.iter("meta")}
    published = said.get("article:published_time") or said.get("citation_publication_date") or ""
    author = said.get("author") or said.get("citation_author")
    return {
        "title": said.get("og:title"),
        "authors": [author] if author else [],
        "year": int(published[:4]) if published[:4].isdecimal() else None,
        "publisher": said.get("og:site_name"),
        "language": (document.get("lang") or "").split("-")[0],
    }


def _encoding(content: bytes) -> str | None:
    """UTF-8 where it is; else lxml looks for what the page declares."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


_SAFE_XML = etree.XMLParser(resolve_entities=False, no_network=True)
_OEMBED = Service(
    "oEmbed", lambda url: f"https://www.youtube.com/oembed?format=json&url={quote(url, safe='')}", _read_oembed
)
_ARXIV = Service(
    "arXiv",
    lambda url: f"https://export.arxiv.org/api/query?id_list={quote(urlsplit(url).path.removeprefix('/abs/'))}",
    _read_arxiv,
)
_CROSSREF = Service(
    "Crossref",
    lambda url: f"https://api.crossref.org/works/{quote(urlsplit(url).path.strip('/'), safe='')}",
    _read_crossref,
)
_OPEN_GRAPH = Service("Open Graph", lambda url: url, _read_open_graph)
