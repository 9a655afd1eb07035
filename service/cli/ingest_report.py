"""An ingest's report on the terminal."""

from collections.abc import Sequence

import click

from service.ingest.report import Change, IngestReport


def print_report(report: IngestReport, *, dry_run: bool, with_details: bool) -> None:
    """The counts of one page, and line by line what a curator may want to act on."""
    state = _state(report, dry_run=dry_run)
    click.echo(f"{report.page}: {report.title} ({state})")
    for kind, counts in report.counts.items():
        shown = ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none"
        click.echo(f"  {kind:<14}{shown}")
    if with_details:
        _print_changes("topic", report.topics)
        _print_changes("resource", report.resources)
        _print_questions(report)
    for warning in report.warnings:
        click.echo(f"  line {warning.line}: warning: {warning.message}")
    for problem in report.problems:
        click.echo(f"  not done: {problem}")


def _state(report: IngestReport, *, dry_run: bool) -> str:
    if not report.is_changed:
        return f"nothing new, revision {report.revision}"
    return "dry run, nothing was changed" if dry_run else f"revision {report.revision}"


def _print_changes(kind: str, changes: Sequence[Change]) -> None:
    for change in changes:
        if change.change == "unchanged":
            continue
        what = change.media_type or kind
        detail = f"  ({change.detail})" if change.detail else ""
        click.echo(f"  line {change.line:>4}: {change.change:<8} {what:<12} {change.title}{detail}")


def _print_questions(report: IngestReport) -> None:
    for question in report.questions:
        click.echo(f"  line {question.line:>4}: to decide: {question.detail}")
