"""A page as the rules of inference see it: its order, and who names whom on it."""

from dataclasses import dataclass
from typing import Any

from service.ingest.course_names import CourseNames, Naming
from service.ingest.course_outline import CourseOutline
from service.ingest.teaching import TaughtTopic

Piece = dict[str, Any]  # of evidence: {source, confidence, detail, line}


@dataclass(frozen=True)
class Course:
    """A page's order and its names: what the rules look at."""

    outline: CourseOutline
    names: CourseNames

    def before(self, naming: Naming) -> TaughtTopic | None:
        """The topic to learn before the speaker, by this naming of it; None when there is none.

        A subject with an opening is meant by that: who mentions "neural networks" needs their overview, not all
        that is nested in them.
        """
        named = naming.named.topic
        opening = self.outline.openings.get(named.id, named)
        meant = opening if self.outline.is_before(opening, naming.speaker) else named
        return meant if self.outline.is_before(meant, naming.speaker) and self.outline.is_required(meant) else None

    def piece(self, source: str, confidence: float, detail: str, line: int) -> Piece:
        """A piece of evidence, as sure as the page's order can be trusted."""
        return {
            "source": source,
            "confidence": round(confidence * self.outline.trust, 3),
            "detail": detail,
            "line": line,
        }
