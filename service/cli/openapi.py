"""coursegraph openapi: the description of the REST API."""

import click

from service.api.spec import openapi_yaml
from service.app import create_app
from service.config import Settings


@click.command()
def openapi() -> None:
    """Print the description of the REST API, as openapi.yaml holds it."""
    click.echo(openapi_yaml(create_app(Settings())), nl=False)
