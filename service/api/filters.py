"""Names in filters: a topic or a media type by its id or by any name that people call it."""

from collections.abc import Iterable

from service.api.calls import Call
from service.catalog import topics
from service.errors import Fault, Gone, InvalidInput, Merged, NotFound


def topics_named(call: Call, names: Iterable[str], pointer: str) -> tuple[str, ...]:
    """The ids of topics, by id or name; InvalidInput at `pointer` for one that names none.

    What was merged is its survivor: a list of what a learner knows outlives curators' edits.
    """
    found = {name: call.graph.resolve(name) or _survivor(call, name) for name in names}
    unknown = [name for name, topic_id in found.items() if topic_id is None]
    if unknown:
        detail = f"no topic is called {', '.join(map(repr, unknown))}"
        raise InvalidInput(f"{pointer}: {detail}; GET /api/v1/topics lists them.", [Fault(pointer, detail)])
    return tuple(topic_id for topic_id in found.values() if topic_id is not None)


def _survivor(call: Call, topic_id: str) -> str | None:
    try:
        topics.card(call.session, topic_id)
    except Merged as error:
        return call.graph.resolve(error.survivor)
    except (NotFound, Gone):
        pass
    return None


def media_types_named(call: Call, names: Iterable[str], pointer: str) -> tuple[str, ...]:
    """The ids of media types, by id or name; InvalidInput at `pointer` for one that names none."""
    found = {name: call.parts.vocabulary.media_type_named(name) for name in names}
    unknown = [name for name, media_type in found.items() if media_type is None]
    if unknown:
        known = ", ".join(call.parts.vocabulary.media_types)
        detail = f"no media type is called {', '.join(map(repr, unknown))}; use {known}"
        raise InvalidInput(f"{pointer}: {detail}.", [Fault(pointer, detail)])
    return tuple(media_type for media_type in found.values() if media_type is not None)
