"""The identity of a resource: one canonical form for every way to write its URL."""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from ada_url import URL

from service.errors import Fault, InvalidInput

ID_HEX_DIGITS = 16  # 64 bits: at a million resources, a clash has a chance of 3e-8

# Parameters that say where a click came from, never what is behind the link.
TRACKING_PARAMETERS = frozenset(
    {"fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "si", "feature"}
    | {"ref_src", "ref_url", "_hsenc", "_hsmi", "spm", "yclid"}
)
TRACKING_PREFIXES = ("utm_",)

_YOUTUBE_HOSTS = frozenset({"youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"})
_YOUTUBE_PATH = re.compile(r"^/(?:embed|shorts|live|v)/([\w-]{6,})/?$")
_ARXIV_PATH = re.compile(r"^/(?:abs|pdf|html|format)/((?:\d{4}\.\d{4,5}|[\w.-]+/\d{7}))(v\d+)?(?:\.pdf)?/?$")


@dataclass(frozen=True)
class ResourceUrl:
    """A URL taken apart: `canonical` is one resource's one URL, `fragment` a place inside it."""

    canonical: str
    fragment: str  # without "#"; "" when there is none, or when it is a route and so part of `canonical`
    host: str  # without "www."

    @property
    def id(self) -> str:
        """The resource's id: the start of the SHA-256 of what all spellings of its URL share.

        Scheme, "www." and a closing slash take no part: servers send all of them to the same thing.
        They stay in `canonical`, for some servers answer only to one of them.
        """
        address = self.canonical.split("://", 1)[1].removeprefix("www.").rstrip("/")
        return hashlib.sha256(address.encode()).hexdigest()[:ID_HEX_DIGITS]


def parse_url(text: str) -> ResourceUrl:
    """Take an absolute http(s) URL apart; raise InvalidInput for anything else."""
    try:
        url = URL(text.strip())
    except ValueError as error:
        raise InvalidInput(f"{text!r} is not a URL.", [Fault("", "not a URL")]) from error
    if url.protocol not in ("http:", "https:") or not url.hostname:
        raise InvalidInput(f"{text!r} is not an http or https URL.", [Fault("", "not http or https")])
    fragment = url.hash.removeprefix("#")
    is_route = fragment.startswith(("/", "!"))
    canonical = _canonical(url) + (f"#{fragment}" if is_route else "")
    return ResourceUrl(canonical, "" if is_route else fragment, _host(URL(canonical)))


def _host(url: URL) -> str:
    return str(url.hostname).rstrip(".").removeprefix("www.")


def _canonical(url: URL) -> str:
    """Without fragment and tracking; known hosts in their one form."""
    host = _host(url)
    for rule in (_youtube, _arxiv):
        known = rule(url, host)
        if known:
            return known
    return f"{url.protocol}//{url.host}{url.pathname}{_query_without_tracking(url.search)}"


def _youtube(url: URL, host: str) -> str | None:
    video = None
    if host == "youtu.be":
        video = url.pathname.strip("/")
    elif host in _YOUTUBE_HOSTS:
        watched = parse_qs(url.search.removeprefix("?")).get("v", [None])[0]
        embedded = _YOUTUBE_PATH.match(url.pathname)
        video = watched if url.pathname == "/watch" else embedded and embedded.group(1)
    return f"https://www.youtube.com/watch?v={video}" if video else None


def _arxiv(url: URL, host: str) -> str | None:
    if host not in ("arxiv.org", "export.arxiv.org"):
        return None
    paper = _ARXIV_PATH.match(url.pathname)
    return f"https://arxiv.org/abs/{paper.group(1)}" if paper else None


def _query_without_tracking(search: str) -> str:
    pairs = [pair for pair in search.removeprefix("?").split("&") if pair and not _is_tracking(pair)]
    return "?" + "&".join(pairs) if pairs else ""


def _is_tracking(pair: str) -> bool:
    name = pair.split("=", 1)[0].lower()
    return name in TRACKING_PARAMETERS or name.startswith(TRACKING_PREFIXES)
