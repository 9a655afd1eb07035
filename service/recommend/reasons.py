"""Why a topic is on a path: what builds on it there, and the evidence that it does."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.catalog.topics import PrerequisiteRow
from service.graph import KnowledgeGraph

Evidence = Mapping[str, Any]  # {source, confidence, detail, page, line}


@dataclass(frozen=True)
class Reason:
    """In words, and what they rest on. `instead` are the topics that would have done in this one's place."""

    why: str
    needed_for: str | None = None  # the topic that builds on it; None: a goal, or only a part of one
    evidence: Sequence[Evidence] = ()
    instead: tuple[str, ...] = ()


def reason(graph: KnowledgeGraph, topic: str, path: Collection[str], whole: str | None) -> Reason:
    """Why a topic is on the path to a goal; `whole` is the goal that it is a part of, if it is one."""
    part = f"Part of {graph.label(whole)}. " if whole else ""
    surest = next((row for row in graph.edges_from.get(topic, ()) if _is_followed(row, path)), None)
    if surest is None:
        return Reason(part.strip())
    instead = _alternatives(graph, surest)
    others = f" (in its place would do: {_listed(graph, instead)})" if instead else ""
    why = f"{part}{graph.label(surest.dependent_id)} builds on it{others}{_said(surest)}."
    return Reason(why, surest.dependent_id, tuple(surest.evidence), instead)


def _is_followed(row: PrerequisiteRow, path: Collection[str]) -> bool:
    return row.status == "accepted" and row.dependent_id in path


def _alternatives(graph: KnowledgeGraph, row: PrerequisiteRow) -> tuple[str, ...]:
    groups = graph.choices_into.get(row.dependent_id, ())
    members = next((group for group in groups if row.prerequisite_id in group), ())
    return tuple(id for id in members if id != row.prerequisite_id)


def _listed(graph: KnowledgeGraph, topics: Collection[str]) -> str:
    return ", ".join(graph.label(id) for id in topics)


def _said(row: PrerequisiteRow) -> str:
    """What shows it, by the surest evidence; a curator's word needs no more than that it is one."""
    if not row.evidence:
        return ""
    best: Evidence = max(row.evidence, key=_confidence)
    where = f" ({best['page']}, line {best['line']})" if best.get("line") else ""
    return f": {best['detail']}{where}"


def _confidence(evidence: Evidence) -> float:
    return float(evidence["confidence"])
