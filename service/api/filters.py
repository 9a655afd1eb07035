"""Names in filters: a topic, a media type or a language by its id or by any name that people call it; and pages."""

from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from service.api.calls import Call
from service.catalog import pages, topics
from service.errors import Fault, Gone, InvalidInput, Merged, NotFound

P = ParamSpec("P")
T = TypeVar("T")


class Together:
    """A block that reads several values of a request; at its end, all that is wrong with them is told at once."""

    def __init__(self) -> None:
        self._errors: list[InvalidInput] = []

    def read(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What `read` makes of the arguments; None where it refuses them."""
        try:
            return read(*args, **kwargs)
        except InvalidInput as error:
            self._errors.append(error)
            return None

    def __enter__(self) -> "Together":
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if self._errors and kind is None:
            faults = [fault for error in self._errors for fault in error.faults]
            raise InvalidInput(" ".join(map(str, self._errors)), faults)


NameReader = Callable[[Call, Any, str], Any]


def names_in(
    call: Call, sent: Mapping[str, Any], readers: Mapping[str, NameReader], pointer: str = "/query"
) -> dict[str, Any]:
    """What the names that were sent mean, by the fields that have a reader; all wrong ones are told at once."""
    if readers.keys().isdisjoint(sent):
        return {}
    given = {name: read for name, read in readers.items() if name in sent}
    with Together() as together:
        return {name: together.read(read, call, sent[name], f"{pointer}/{name}") for name, read in given.items()}


def topics_named(call: Call, names: Iterable[str], pointer: str) -> tuple[str, ...]:
    """The ids of topics, by id or name; InvalidInput at `pointer` for one that names none.

    What was merged is its survivor: a list of what a learner knows outlives curators' edits.
    """
    graph = call.graph
    found = {name: graph.resolve(name) or _survivor(call, name) for name in names}
    if None in found.values():
        unknown = [name for name, topic_id in found.items() if topic_id is None]
        detail = f"no topic is called {', '.join(map(repr, unknown))}"
        raise InvalidInput(f"{pointer}: {detail}; GET /api/v1/topics lists them.", [Fault(pointer, detail)])
    return tuple(filter(None, found.values()))


def topic_named(call: Call, name: str, pointer: str) -> str:
    """As `topics_named`, of one."""
    (topic_id,) = topics_named(call, (name,), pointer)
    return topic_id


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
    vocabulary = call.parts.vocabulary
    found = {name: vocabulary.media_type_named(name) for name in names}
    if None in found.values():
        unknown = [name for name, media_type in found.items() if media_type is None]
        known = ", ".join(vocabulary.media_types)
        detail = f"no media type is called {', '.join(map(repr, unknown))}; use {known}"
        raise InvalidInput(f"{pointer}: {detail}.", [Fault(pointer, detail)])
    return tuple(filter(None, found.values()))


def language_named(call: Call, name: str, pointer: str) -> str:
    """The tag of a language, by tag or name; InvalidInput at `pointer` for what is neither."""
    tag = call.parts.vocabulary.language_named(name)
    if tag is None:
        detail = f"no language is called {name!r}; use a BCP 47 tag, as en"
        raise InvalidInput(f"{pointer}: {detail}.", [Fault(pointer, detail)])
    return tag


def page_named(call: Call, page_id: str, pointer: str) -> str:
    """The id of a page; InvalidInput at `pointer` for one that there is none of."""
    if not pages.is_known(call.session, page_id):
        detail = f"there is no page {page_id!r}"
        raise InvalidInput(f"{pointer}: {detail}; GET /api/v1/pages lists them.", [Fault(pointer, detail)])
    return page_id
