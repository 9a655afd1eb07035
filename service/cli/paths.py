"""coursegraph path, gap: what to learn, in which order, on the terminal."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import click

from service.catalog.best_resources import Preference
from service.catalog.vocabulary import Vocabulary, load_vocabulary
from service.cli.context import open_catalog
from service.config import read_settings
from service.graph import KnowledgeGraph, current
from service.recommend.gap import gap as find_gap
from service.recommend.path import LearningPath, Step, learning_path

Command = Callable[..., None]


def learner_options(command: Command) -> Command:
    """What is known and preferred: the options of every command that plans."""
    for option in (
        click.option("--max-minutes", type=click.IntRange(1), help="Put first what is stated to take no longer."),
        click.option("--free", is_flag=True, help="Put first what is stated to be free."),
        click.option("--language", metavar="LANGUAGE", help="Put first what is in this language: en, English."),
        click.option("--prefer", metavar="MEDIA_TYPE", help="The media type to learn from where there is a choice."),
        click.option("--known", multiple=True, metavar="TOPIC", help="A topic that is known; may be repeated."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("topic")
@learner_options
def path(topic: str, known: Sequence[str], **preferred: Any) -> None:
    """Plan what to learn, in which order, to get to TOPIC: an id, a name or an alias."""
    settings = read_settings()
    wanted = preference(load_vocabulary(settings.vocabulary_path), **preferred)
    with open_catalog(settings) as sessions, sessions() as session:
        graph = current(session)
        target, *learnt = (graph.resolve(name) or name for name in (topic, *known))
        _print_path(graph, learning_path(session, graph, target, learnt, wanted))


@click.command()
@click.argument("goals", nargs=-1, required=True)
@learner_options
def gap(goals: Sequence[str], known: Sequence[str], **preferred: Any) -> None:
    """Tell what is missing for GOALS, and what of it can be begun now."""
    settings = read_settings()
    wanted = preference(load_vocabulary(settings.vocabulary_path), **preferred)
    with open_catalog(settings) as sessions, sessions() as session:
        graph = current(session)
        targets, learnt = ([graph.resolve(name) or name for name in names] for names in (goals, known))
        found = find_gap(session, graph, targets, learnt, wanted)
        if found.missing:
            click.echo(f"Missing: {_labels(graph, found.missing)}.")
            click.echo(f"Ready now: {_labels(graph, found.ready_now)}.\n")
        _print_path(graph, found.path)


def preference(
    vocabulary: Vocabulary, prefer: str | None, language: str | None, free: bool, max_minutes: int | None
) -> Preference:
    """The options as a preference; a wrong call where no media type or no language is called so."""
    media_type = vocabulary.media_type_named(prefer) if prefer else None
    if prefer and not media_type:
        raise click.BadParameter(f"{prefer!r} is no media type; there are {', '.join(vocabulary.media_types)}.")
    tag = vocabulary.language_named(language) if language else None
    if language and not tag:
        raise click.BadParameter(f"no language is called {language!r}; use a BCP 47 tag, as en.")
    return Preference(tag, (media_type,) if media_type else (), free, max_minutes)


def _print_path(graph: KnowledgeGraph, found: LearningPath) -> None:
    if not found.items:
        click.echo("Nothing is left to learn.")
    for place, step in enumerate(found.items, 1):
        click.echo(f"{place}. {graph.label(step.topic)} ({step.topic})\n   {step.reason.why}")
        _print_resources(step)
    if found.total_minutes is not None:
        rest = f", and {found.untimed_steps} steps of unknown length" if found.untimed_steps else ""
        click.echo(f"In all {found.total_minutes:g} minutes{rest}.")
    elif found.items:
        click.echo("How long it takes is not stated.")


def _print_resources(step: Step) -> None:
    if step.resource is None:
        return
    card = json.loads(step.resource)
    minutes = f", {card['duration_minutes']:g} min" if card["duration_minutes"] is not None else ""
    click.echo(f"   {card['title']} ({card['media_type']}{minutes}): {card['url']}")
    others = [f"{other['title']} ({other['media_type']})" for other in map(json.loads, step.alternatives)]
    if others:
        click.echo(f"   or: {'; '.join(others)}")


def _labels(graph: KnowledgeGraph, topics: Sequence[str]) -> str:
    return ", ".join(graph.label(id) for id in topics)
