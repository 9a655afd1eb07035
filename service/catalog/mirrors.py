"""Other addresses at which one probably finds the same: a host's site for phones, a mirror of arXiv or YouTube."""

import re
from collections.abc import Iterator

from service.catalog.urls import ResourceUrl

PHONE_PREFIXES = ("m.", "mobile.", "amp.")
INDEX_FILES = ("index.html", "index.htm", "index.php")

_ARXIV_ID = r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?"
_PAPER_HOST = r"^https?://[^/]*(?:arxiv|ar5iv|alphaxiv|huggingface|doi)\.[^?#]*"
_PAPER = re.compile(rf"{_PAPER_HOST}?/(?:arxiv\.)?{_ARXIV_ID}(?:\.pdf)?$", re.IGNORECASE)
_PAPER_AT = (  # `parse_url` makes the first of all of arXiv's own addresses
    "https://arxiv.org/abs/{}",
    "https://ar5iv.org/abs/{}",
    "https://ar5iv.labs.arxiv.org/html/{}",
    "https://www.alphaxiv.org/abs/{}",
    "https://huggingface.co/papers/{}",
    "https://doi.org/10.48550/arXiv.{}",
)
_VIDEO = re.compile(
    r"^https?://(?:[^/]*\.)?(?:youtube(?:-nocookie)?\.com|yewtu\.be)/(?:e/|watch/|watch\?(?:.*&)?v=)([\w-]{11})"
)
_VIDEO_AT = ("https://www.youtube.com/watch?v={}", "https://www.youtube.com/e/{}", "https://yewtu.be/watch?v={}")
_PARTS = re.compile(r"^(https?://)([^/]+)(/[^?#]*)(.*)$")


def mirrors(canonical: str) -> set[str]:
    """The ids of resources that are probably the same as the one at this canonical URL, without its own."""
    return {_id(address) for address in _addresses(canonical)} - {_id(canonical)}


def _id(address: str) -> str:
    """Made of a canonical URL, an address is canonical already; one that cannot be, "m.127.0.0.1", nobody has."""
    return ResourceUrl(address, "", "").id


def _addresses(canonical: str) -> Iterator[str]:
    for pattern, forms in ((_PAPER, _PAPER_AT), (_VIDEO, _VIDEO_AT)):
        found = pattern.match(canonical)
        if found:
            yield from (form.format(found.group(1)) for form in forms)
    parts = _PARTS.match(canonical)
    if parts:
        scheme, host, path, rest = parts.groups()
        yield from (f"{scheme}{other}{path}{rest}" for other in _hosts(host))
        yield f"{scheme}{host}{_other_path(path)}{rest}"


def _hosts(host: str) -> Iterator[str]:
    """What a host is called at home and for phones; "en.m.wikipedia.org" has the prefix inside."""
    bare = host.removeprefix("www.")
    home = next((bare.removeprefix(prefix) for prefix in PHONE_PREFIXES if bare.startswith(prefix)), bare)
    home = home.replace(".m.", ".", 1)
    first, _, rest = home.partition(".")
    return iter((home, *(prefix + home for prefix in PHONE_PREFIXES), f"{first}.m.{rest}"))


def _other_path(path: str) -> str:
    """Without the name of a folder's own file, or with it."""
    folder, _, file = path.rpartition("/")
    return f"{folder}/" if file in INDEX_FILES else f"{path.rstrip('/')}/{INDEX_FILES[0]}"
