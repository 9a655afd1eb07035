"""What is stated of a resource in one place, and how several statements become one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, TypeVar

from service.catalog.names import fold

T = TypeVar("T")

WEAK_TITLE = 0.5  # confidence: under it, what the publisher calls it is the better title
UNSURE_MEDIA_TYPE = 0.5  # confidence: under it, a person should have a look


@dataclass(frozen=True)
class Evidence:
    """Why we believe a fact: who says so, how sure, and the words that show it.

    `source` is one of emoji, text, heading, host, path, url, default, order, mention, stated, enrichment, curator.
    """

    source: str
    confidence: float  # 0..1
    detail: str = ""


@dataclass(frozen=True)
class Enrichment:
    """What a service outside states of a resource, to fill gaps: title, authors, year, publisher, language."""

    by: str  # the service
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """What one line of a page, or all of them together, states of a resource."""

    title: str
    title_evidence: Evidence
    media_type: str
    media_type_evidence: Evidence
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    year: int | None = None
    year_evidence: Evidence | None = None
    language: str | None = None  # BCP 47
    is_free: bool | None = None
    duration_minutes: float | None = None
    notes: tuple[str, ...] = ()
    enrichment: Enrichment | None = None  # with the fields that were filled from outside


# A curator's word on one of these carries evidence of its own.
_WITH_EVIDENCE = ("title", "media_type", "year")
_CURATOR = Evidence("curator", 1.0, "decided by a curator")


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """A form that a JSON column keeps."""
    return asdict(facts)


def facts_from_json(stored: Mapping[str, Any]) -> Facts:
    """Undo `facts_to_json`."""
    values = dict(stored)
    for name in ("title_evidence", "media_type_evidence", "year_evidence"):
        values[name] = Evidence(**values[name]) if values.get(name) else None
    if values.get("enrichment"):
        values["enrichment"] = Enrichment(**values["enrichment"])
    return Facts(**{**values, "authors": tuple(values["authors"]), "notes": tuple(values["notes"])})


def merge_facts(stated: Sequence[Facts], enriched: Mapping[str, Any], curated: Mapping[str, Any]) -> Facts:
    """One resource's facts from every mention of it, in page order; then gaps filled; then a curator's word.

    Title, type and year come from whoever is surest, the first of equals; names and notes from all.
    """
    title = _surest(stated, "title_evidence")
    media_type = _surest(stated, "media_type_evidence")
    dated = [facts for facts in stated if facts.year is not None]
    year = _surest(dated, "year_evidence") if dated else None
    merged = Facts(
        title=title.title,
        title_evidence=title.title_evidence,
        media_type=media_type.media_type,
        media_type_evidence=media_type.media_type_evidence,
        authors=_union(name for facts in (title, *stated) for name in facts.authors),
        publisher=_first(facts.publisher for facts in stated),
        year=year.year if year else None,
        year_evidence=year.year_evidence if year else None,
        language=_first(facts.language for facts in stated),
        is_free=_first(facts.is_free for facts in stated),
        duration_minutes=_first(facts.duration_minutes for facts in stated),
        notes=_union(note for facts in stated for note in facts.notes),
    )
    return _with_curated(_with_gaps_filled(merged, enriched), curated)


def _with_gaps_filled(facts: Facts, enriched: Mapping[str, Any]) -> Facts:
    """`enriched` is an Enrichment as JSON, or empty."""
    given: Mapping[str, Any] = enriched.get("fields", {})
    gaps: dict[str, Any] = {name: value for name, value in given.items() if _is_gap(facts, name)}
    if not gaps:
        return facts
    said = Evidence("enrichment", 0.9, f"stated by {enriched['by']}")
    filled: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in gaps.items()}
    filled |= {f"{name}_evidence": said for name in _WITH_EVIDENCE if name in gaps}
    return replace(facts, **filled, enrichment=Enrichment(enriched["by"], gaps))


def _is_gap(facts: Facts, name: str) -> bool:
    if name == "title":
        return facts.title_evidence.confidence < WEAK_TITLE
    return getattr(facts, name) in (None, ())


def _with_curated(facts: Facts, curated: Mapping[str, Any]) -> Facts:
    known = {field.name for field in fields(Facts)}
    decided: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in curated.items() if name in known
    }
    decided |= {f"{name}_evidence": _CURATOR for name in _WITH_EVIDENCE if name in decided}
    return replace(facts, **decided)


def _surest(stated: Sequence[Facts], evidence: str) -> Facts:
    return max(stated, key=lambda facts: getattr(facts, evidence).confidence if getattr(facts, evidence) else 0.0)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _union(names: Iterable[str]) -> tuple[str, ...]:
    """Without repetitions, however they are written; the first spelling stays."""
    return tuple({fold(name): name for name in reversed(list(names))}.values())[::-1]
