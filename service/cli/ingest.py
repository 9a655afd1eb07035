"""coursegraph ingest: pages into the catalog, each in a transaction of its own."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import click
from rich.console import Console
from rich.progress import track
from sqlalchemy.orm import Session, sessionmaker

from service import tracing
from service.catalog.names import slug
from service.catalog.vocabulary import Vocabulary, load_vocabulary
from service.cli.context import open_catalog
from service.cli.enrich import enrich_pages
from service.cli.index import index_changes
from service.cli.ingest_report import print_report
from service.config import Settings, read_settings
from service.errors import CoursegraphError, TooManyRemovals
from service.ingest.ingest import PageContent
from service.ingest.ingest import ingest as ingest_page
from service.ingest.reconcile import IngestOptions
from service.ingest.report import IngestReport, report_to_json
from service.ingest.sources import Source, find_sources, read_source
from service.options import fetch_limits, ingest_options
from service.outbound import open_client


@dataclass
class Outcome:
    """What became of all the pages of one call."""

    reports: list[IngestReport] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@click.command()
@click.argument("targets", metavar="PAGE...", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Report what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON.")
@click.option("--base-url", help="Where the page is published: relative links start there.")
@click.option(
    "--name", help="The page's name in the catalog, instead of its file's; a name that is there is an edition."
)
@click.option("--enrich", is_flag=True, help="Then ask publishers (oEmbed, arXiv, Crossref, Open Graph) to fill gaps.")
@click.option("--confirm-removals", is_flag=True, help="Allow an edition that drops many of the page's resources.")
def ingest(targets: Sequence[str], dry_run: bool, as_json: bool, enrich: bool, **given: Any) -> None:
    """Ingest pages: each PAGE is a Markdown file, a folder of them, or a URL."""
    settings = read_settings()
    tracing.set_up("ingest")
    options = replace(ingest_options(settings, confirm_removals=given["confirm_removals"]), is_dry_run=dry_run)
    sources = _named(
        [source for target in targets for source in find_sources(target, given["base_url"])], given["name"]
    )
    with open_catalog(settings) as sessions:
        outcome = ingest_sources(sessions, sources, settings, options)
        if enrich and not dry_run:
            enrich_pages(sessions, [report.page for report in outcome.reports], settings, fetch_limits(settings))
        if any(report.is_changed for report in outcome.reports) and not dry_run:
            index_changes(sessions, settings)
    _print(outcome, as_json=as_json, dry_run=dry_run)
    sys.exit(1 if outcome.errors else 0)


def _named(sources: Sequence[Source], name: str | None) -> Sequence[Source]:
    if name is None:
        return sources
    if len(sources) != 1 or not slug(name):
        raise click.UsageError("--name gives one page a name, in letters or digits.")
    return [replace(sources[0], name=slug(name))]


def ingest_sources(
    sessions: sessionmaker[Session], sources: Sequence[Source], settings: Settings, options: IngestOptions
) -> Outcome:
    """Ingest each source in a transaction of its own; a page that fails leaves the others be."""
    vocabulary = load_vocabulary(settings.vocabulary_path)
    limits = fetch_limits(settings)
    outcome = Outcome()
    console = Console(stderr=True)
    with open_client(limits) as client:
        shown = track(sources, "Ingesting", console=console, disable=len(sources) < 2 or not console.is_terminal)
        for source in shown:
            try:
                page = PageContent(source.name, source.location, read_source(source, client, limits), source.url)
                outcome.reports.append(_ingest_one(sessions, page, vocabulary, options))
            except CoursegraphError as error:
                outcome.errors.append(str(error))
    return outcome


def _ingest_one(
    sessions: sessionmaker[Session], page: PageContent, vocabulary: Vocabulary, options: IngestOptions
) -> IngestReport:
    with sessions() as session:
        end = session.rollback if options.is_dry_run else session.commit
        try:
            report = ingest_page(session, page, vocabulary, options)
        except TooManyRemovals:
            end()  # the question whether that is meant
            raise
        end()
        return report


def _print(outcome: Outcome, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        pages = [report_to_json(report) | {"dry_run": dry_run} for report in outcome.reports]
        click.echo(json.dumps({"pages": pages, "errors": outcome.errors}, indent=2, ensure_ascii=False))
    else:
        for report in outcome.reports:
            print_report(report, dry_run=dry_run, with_details=len(outcome.reports) == 1)
    for error in outcome.errors:
        click.echo(f"coursegraph: {error}", err=True)
