"""A page's mentions, as the new edition gives them, held against the ones in the catalog."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from service.catalog.facts import Facts, facts_to_json
from service.catalog.models import Mention
from service.catalog.names import fold
from service.catalog.urls import ResourceUrl
from service.ingest.page import PageMention
from service.ingest.report import Change


@dataclass(frozen=True)
class NewMention:
    """A mention of the new edition, with its resource's URL and id, which is its survivor's, and its topic's id."""

    mention: PageMention
    url: ResourceUrl
    resource_id: str
    topic_id: str | None

    @property
    def facts(self) -> Facts:
        """What the mention states of its resource."""
        m = self.mention
        return Facts(
            title=m.title,
            title_evidence=m.title_evidence,
            media_type=m.media_type,
            media_type_evidence=m.media_type_evidence,
            authors=m.authors,
            publisher=m.publisher,
            year=m.year,
            year_evidence=m.year_evidence,
            language=m.language,
            is_free=m.is_free,
            duration_minutes=m.duration_minutes,
            notes=(m.note,) if m.note else (),
        )


@dataclass(frozen=True)
class Pair:
    """A mention before and after; one of them is missing where it was added or removed."""

    old: Mention | None
    new: NewMention | None
    change: Change


def pair_mentions(old: Sequence[tuple[Mention, str]], new: Sequence[NewMention]) -> list[Pair]:
    """Pair what is the same before and after, the most alike first; the new edition's order, removals last."""
    left = dict(enumerate(old))
    paired: dict[int, tuple[Mention, str]] = {}
    for key_of_old, key_of_new in _LIKENESSES:
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for place, (before, resource_id) in left.items():
            waiting[key_of_old(before, resource_id)].append(place)
        for place, after in enumerate(new):
            candidates = waiting[key_of_new(after)]
            if place not in paired and candidates:
                paired[place] = left.pop(candidates.pop(0))
    kept = [_pair(paired.get(place), after) for place, after in enumerate(new)]
    return kept + [_removed(before, resource_id) for before, resource_id in left.values()]


# From the same line word for word, to the same resource anywhere on the page.
_LIKENESSES: Sequence[tuple[Callable[[Mention, str], Hashable], Callable[[NewMention], Hashable]]] = (
    (
        lambda old, id: (id, old.topic_id, old.raw, old.url),
        lambda new: (new.resource_id, new.topic_id, new.mention.raw, new.mention.url),
    ),
    (
        lambda old, id: (id, old.topic_id, fold(old.locator or "")),
        lambda new: (new.resource_id, new.topic_id, fold(new.mention.locator or "")),
    ),
    (lambda old, id: (id, old.topic_id), lambda new: (new.resource_id, new.topic_id)),
    (lambda _old, id: id, lambda new: new.resource_id),
)


def _pair(old: tuple[Mention, str] | None, new: NewMention) -> Pair:
    if old is None:
        return Pair(None, new, _change("added", new, ""))
    before = old[0]
    differences = list(_differences(before, new))
    if before.topic_id != new.topic_id:
        return Pair(before, new, _change("moved", new, f"from {before.topic_id or 'the page'}"))
    if differences:
        return Pair(before, new, _change("changed", new, ", ".join(differences)))
    return Pair(before, new, _change("unchanged", new, ""))


def _differences(old: Mention, new: NewMention) -> Iterable[str]:
    """The fields that say something else now, in words. A line that only moved down the page is the same."""
    facts = facts_to_json(new.facts)
    stored = facts | old.facts
    for name in sorted(facts):
        if not name.endswith("_evidence") and _plain(facts[name]) != _plain(stored[name]):
            yield f"{name}: {_shown(stored[name])} -> {_shown(facts[name])}"
    columns = {"url": new.mention.url, "locator": new.mention.locator, "is_hidden": new.mention.is_hidden}
    for name, value in columns.items():
        if getattr(old, name) != value:
            yield f"{name}: {_shown(getattr(old, name))} -> {_shown(value)}"


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _change(change: str, new: NewMention, detail: str) -> Change:
    m = new.mention
    return Change(change, new.resource_id, m.title, m.line, detail, m.media_type, m.media_type_evidence.confidence)


def _removed(old: Mention, resource_id: str) -> Pair:
    change = Change("removed", resource_id, old.facts["title"], old.line, "", old.facts["media_type"])
    return Pair(old, None, change)
