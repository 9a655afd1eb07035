"""One page from bytes to report."""

import logging
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.catalog.vocabulary import Vocabulary
from service.ingest.parse import decode_page, parse_page
from service.ingest.reconcile import IngestOptions, reconcile
from service.ingest.report import IngestReport
from service.tracing import span

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PageContent:
    """A page as it was read."""

    name: str  # of the page in the catalog
    source: str  # path or URL, for messages
    content: bytes
    url: str | None = None  # where it is published: relative links start there


def ingest(session: Session, page: PageContent, vocabulary: Vocabulary, options: IngestOptions) -> IngestReport:
    """Parse a page and bring the catalog in line with it. The caller commits; a dry run it rolls back."""
    with span("ingest", page=page.name):
        text = decode_page(page.content, page.source)
        with span("ingest.parse"):
            parsed = parse_page(text, name=page.name, source=page.source, url=page.url, vocabulary=vocabulary)
        with span("ingest.reconcile"):
            report = reconcile(session, parsed, vocabulary, options)
    told = {"page": report.page, "revision": report.revision, "is_changed": report.is_changed}
    _log.info("page read", extra={**told, "dry_run": options.is_dry_run})
    return report
