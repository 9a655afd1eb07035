"""Which links of a page lead to something to learn from, and where they lead."""

from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from service.catalog.page_words import is_host
from service.catalog.urls import ResourceUrl, parse_url
from service.catalog.vocabulary import Vocabulary
from service.errors import InvalidInput
from service.ingest.blocks import Piece

SURE_HOST = 0.9  # confidence of a host's rule: badges that lead there lead to a resource
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")


@dataclass(frozen=True)
class Target:
    """Where a link leads: `url` as the page gives it, `parts` its identity."""

    url: str
    parts: ResourceUrl


class MalformedUrl(ValueError):
    """An address that was meant to lead to the web and does not; `str()` says why."""


def target_of(href: str, page_url: str | None) -> Target | None:
    """Where a link leads; None if it stays on the page or its site, or leads to no web page.

    Raises MalformedUrl for what cannot be an address.
    """
    url = _absolute(href.strip(), page_url)
    if url is None:
        return None
    try:
        parts = parse_url(url)
    except InvalidInput as error:
        raise MalformedUrl(str(error)) from error
    if "." not in parts.host and not parts.host.startswith("["):
        raise MalformedUrl(f"{href!r} names no host on the web.")
    return Target(url, parts)


def _absolute(href: str, page_url: str | None) -> str | None:
    if not href or href.startswith("#"):
        return None
    if href.startswith("//"):
        return "https:" + href
    if href.startswith("www."):  # a browser would look for it on the page's own site
        return "http://" + href
    scheme = href.split(":", 1)[0].lower() if ":" in href.split("/", 1)[0] else ""
    if scheme in ("http", "https"):
        return href
    if scheme and href[len(scheme) :].startswith("://"):  # a slip, or no web page; mail and scripts have no "//"
        raise MalformedUrl(f"{href!r} leads to no web page: {scheme!r} is neither http nor https.")
    return None if scheme else _resolved(href, page_url)


def _resolved(href: str, page_url: str | None) -> str | None:
    """A relative link on a page with a known place; None if it leads back to that page."""
    if page_url is None:
        return None
    try:
        url = urljoin(page_url, href)
    except ValueError as error:
        raise MalformedUrl(f"{href!r} is not a URL.") from error
    return None if urldefrag(url).url == urldefrag(page_url).url else url


def is_relative(href: str) -> bool:
    """Whether a link needs the page's own URL to lead anywhere."""
    href = href.strip()
    return bool(href) and not href.startswith(("#", "//", "www.")) and ":" not in href.split("/", 1)[0]


def is_picture_only(link: Piece, target: Target, vocabulary: Vocabulary, is_in_page_head: bool) -> bool:
    """Whether a link shows a badge, a logo or its own picture: nothing to learn from.

    In the page's head (`is_in_page_head`) all pictures are decoration. Below, a badge counts if it leads to
    what its host is known for: "arXiv" to a paper, "views" to a video.
    """
    if link.image is None or link.text.strip():
        return False
    path = urlsplit(target.parts.canonical).path
    if is_in_page_head or path.lower().endswith(_PICTURES):
        return True
    words = vocabulary.page_words
    image_host = _host(link.image)
    is_badge = "badge" in link.image or any(is_host(image_host, host) for host in words.badge_hosts)
    rule = words.rule_for(target.parts.host, path)
    return is_badge and not (rule and rule.hint.confidence >= SURE_HOST)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
