"""Ids for topics that are new: readable, never used before, and found without trying each number again."""

from collections.abc import Collection

from service.catalog.names import slug
from service.ingest.page import PageTopic
from service.ingest.topic_names import bare_label


class NewTopicIds:
    """Gives out ids; `taken` are all that were ever given."""

    def __init__(self, taken: Collection[str]) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}  # by what is numbered: all numbers below are taken

    def make(self, topic: PageTopic, parent_label: str) -> str:
        """The topic's label as an id, with its parent's label where that is taken or tells little, else numbered."""
        own = bare_label(topic) if topic.is_bland else topic.label
        qualified = slug(f"{parent_label} {own}") or "topic"
        first = qualified if topic.is_bland else slug(own) or qualified
        found = next((id for id in (first, qualified) if id not in self._taken), None) or self._numbered(qualified)
        self._taken.add(found)
        return found

    def _numbered(self, qualified: str) -> str:
        number = self._next.get(qualified, 2)
        while f"{qualified}-{number}" in self._taken:
            number += 1
        self._next[qualified] = number + 1
        return f"{qualified}-{number}"
