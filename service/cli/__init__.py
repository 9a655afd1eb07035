"""The coursegraph command: one file a subject. Exit code 2 for a wrong call, 1 for failed work."""

import sys
from importlib import import_module

import click

from service import __version__
from service.errors import CoursegraphError

# Loaded when called: `ingest` need not wait for the demos' compiler, nor `key` for the web framework.
COMMANDS = {
    "serve": "service.cli.serve",
    "ingest": "service.cli.ingest",
    "ask": "service.cli.questions",
    "path": "service.cli.paths",
    "gap": "service.cli.paths",
    "recommend": "service.cli.recommend",
    "check-links": "service.cli.check_links",
    "demo": "service.cli.demo",
    "warm-up": "service.cli.warm_up",
    "export": "service.cli.export",
    "queue": "service.cli.queue",
    "index": "service.cli.index",
    "key": "service.cli.keys",
    "db": "service.cli.catalog",
    "backup": "service.cli.backup",
    "restore": "service.cli.backup",
    "settings": "service.cli.catalog",
    "openapi": "service.cli.openapi",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands, in the order to read them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of this name, imported now."""
        module = COMMANDS.get(cmd_name)
        return getattr(import_module(module), cmd_name.replace("-", "_")) if module else None


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="coursegraph")
def cli() -> None:
    """Turn pages of links into a knowledge graph, and answer from it.

    Settings come from the environment (COURSEGRAPH_...); `coursegraph settings` lists them.
    """


def main() -> None:
    """The entry point: what went wrong is one line on stderr, never a stack trace."""
    try:
        cli()
    except CoursegraphError as error:
        click.echo(f"coursegraph: {error}", err=True)
        sys.exit(1)
