"""What was asked of the service and what it acknowledged, in a file of its own: the database is held to it."""

import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Write(NamedTuple):
    """One write, as the audit names it; `mark` is what it alone says: a title, or the SHA-256 of a page's text."""

    action: str
    subject: str
    mark: str = ""


class Ledger:
    """A line for each write that is asked for, and one when it is acknowledged; on disk before anything goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def ask(self, write: Write) -> None:
        self._add("asked", write)

    def acknowledge(self, write: Write) -> None:
        self._add("acknowledged", write)

    def read(self, word: str) -> Sequence[Write]:
        """The writes that were "asked" or "acknowledged"; a line that a dying process left unfinished is none."""
        lines = self.path.read_text().split("\n")[:-1] if self.path.exists() else []
        said = [json.loads(line) for line in lines if line.endswith("]")]
        return [Write(*write) for heard, *write in said if heard == word]

    def _add(self, word: str, write: Write) -> None:
        with self._lock, self.path.open("a") as file:
            file.write(json.dumps([word, *write]) + "\n")
            file.flush()
            os.fsync(file.fileno())
