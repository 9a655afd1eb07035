"""Filling gaps after an ingest: what the publishers say, asked for on request only."""

from collections.abc import Iterable

import click
from rich.console import Console
from rich.progress import track
from sqlalchemy.orm import Session, sessionmaker

from service.catalog import enrichments
from service.config import Settings
from service.ingest.enrich import enrich
from service.outbound import FetchLimits, open_client


def enrich_pages(
    sessions: sessionmaker[Session], page_ids: Iterable[str], settings: Settings, limits: FetchLimits
) -> None:
    """Ask about every resource of the pages that has gaps. What cannot be had is said, and is no failure."""
    with sessions() as session:
        asked = list(dict.fromkeys(pair for page in page_ids for pair in enrichments.with_gaps(session, page)))
    console = Console(stderr=True)
    shown = track(asked, "Asking publishers", console=console, disable=not console.is_terminal)
    with open_client(limits) as client:
        answer = enrich(client, shown, limits, settings.enrich_time_limit_s)
    with sessions.begin() as session:
        changed = enrichments.store(session, answer.found, "enrich")
    click.echo(f"Enriched {len(changed)} of {len(asked)} resources with gaps.", err=True)
    for failure in answer.failures:
        click.echo(f"  not enriched: {failure}", err=True)
