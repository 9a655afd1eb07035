"""Where pages come from: a file, a folder of files, or a URL, read within bounds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from service.catalog.names import slug
from service.errors import FetchError, PageError
from service.outbound import FetchLimits, fetch

MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")

# Names that say nothing of a page without the folder or the repository around it.
_GENERIC_NAMES = frozenset({"readme", "index", "_index", "home", "page"})
_GITHUB_BLOB = re.compile(r"^/(?P<repository>[^/]+/[^/]+)/blob/(?P<path>.+)$")
_HTML_TYPES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True)
class Source:
    """One page to be read: a path or URL, the name that the page gets in the catalog, and where it is published."""

    location: str
    name: str
    url: str | None = None

    @property
    def is_url(self) -> bool:
        """Whether it must be fetched."""
        return is_url(self.location)


def is_url(target: str) -> bool:
    """Whether a target is a URL rather than a path."""
    return target.lower().startswith(("http://", "https://"))


def find_sources(target: str, base_url: str | None = None) -> Sequence[Source]:
    """The pages behind a path or URL: a folder gives all its Markdown files, in the order of their paths."""
    if is_url(target):
        return [Source(target, _name_of_url(target), base_url or target)]
    path = Path(target)
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in MARKDOWN_SUFFIXES and file.is_file())
        if not files:
            raise PageError(target, "there is no Markdown file in this folder")
        return [Source(str(file), _name_of_path(file.relative_to(path)), base_url) for file in files]
    return [Source(target, _name_of_path(Path(*path.absolute().parts[-2:]), is_inside=False), base_url)]


def read_source(source: Source, client: httpx.Client, limits: FetchLimits) -> bytes:
    """The page's bytes; PageError or FetchError says what is in the way."""
    if source.is_url:
        return _fetch(source.location, client, limits)
    path = Path(source.location)
    try:
        size = path.stat().st_size
        if size <= limits.max_bytes:
            return path.read_bytes()
    except OSError as error:
        raise PageError(source.location, error.strerror or str(error)) from error
    raise PageError(source.location, f"it has {size} bytes; the bound is {limits.max_bytes}")


def _fetch(url: str, client: httpx.Client, limits: FetchLimits) -> bytes:
    fetched = fetch(client, _raw_url(url), limits)
    if fetched.headers.get("content-type", "").split(";")[0].strip().lower() in _HTML_TYPES:
        raise FetchError(url, "it is an HTML page; give the URL of the Markdown that it is made from")
    return fetched.content


def _raw_url(url: str) -> str:
    """GitHub shows a file as HTML; its text lies beside it."""
    parts = urlsplit(url)
    blob = _GITHUB_BLOB.match(parts.path) if parts.hostname == "github.com" else None
    return f"https://github.com/{blob['repository']}/raw/{blob['path']}" if blob else url


def _name_of_path(path: Path, *, is_inside: bool = True) -> str:
    """All of a path inside a folder; of a lone file its own name, where that says anything."""
    parts = [*path.parts[:-1], path.stem]
    if not is_inside and path.stem.lower() not in _GENERIC_NAMES:
        parts = parts[-1:]
    return slug(" ".join(parts)) or "page"


def _name_of_url(url: str) -> str:
    parts = urlsplit(url)
    path = Path(parts.path)
    if path.stem.lower() not in _GENERIC_NAMES | {""}:
        return slug(path.stem) or "page"
    return slug(f"{parts.hostname} {' '.join(p for p in path.parts if p not in ('/', 'blob', 'raw'))}") or "page"
