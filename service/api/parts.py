"""What the views work with, made once by the app."""

from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from service.catalog.snapshots import Snapshots
from service.catalog.vocabulary import Vocabulary

_KEY = "coursegraph"


@dataclass(frozen=True)
class Parts:
    """The app's parts and the few settings that views need."""

    engine: Engine
    sessions: sessionmaker[Session]  # for writes, and for what outlives a request
    snapshots: Snapshots  # for reads
    vocabulary: Vocabulary
    migrations: Path  # the folder
    version: str
    public_read: bool

    def install(self, app: Flask) -> None:
        """Let this app's views find them."""
        app.extensions[_KEY] = self


def parts() -> Parts:
    """The parts of the app that serves this request."""
    found: Parts = current_app.extensions[_KEY]
    return found
