"""What is replied: claims in words, each with the places that show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.demos.demo import Demo
from service.recommend.path import LearningPath
from service.search.answer import Consultation, Interpretation
from service.search.before import Before


@dataclass(frozen=True)
class Citation:
    """A place on a page that shows a claim. `url` is the resource's, or for a topic the page's own."""

    number: int  # as the answer refers to it: [1]
    page: str
    line: int
    url: str
    text: str  # as the page has it


@dataclass(frozen=True)
class Claim:
    """A sentence, and the numbers of what shows it."""

    text: str
    citations: Sequence[int] = ()

    def __str__(self) -> str:
        """The sentence with its citations before the full stop: "GD is needed first [1]."."""
        marks = "".join(f" [{number}]" for number in self.citations)
        return f"{self.text[:-1]}{marks}{self.text[-1]}" if self.text.endswith((".", "?", "!")) else self.text + marks


@dataclass(frozen=True)
class Reply:
    """An answer. Resources are cards: JSON text."""

    claims: Sequence[Claim]
    citations: Sequence[Citation]
    interpretation: Interpretation
    resources: Sequence[str | bytes]
    path: LearningPath | None
    demo: Demo | None
    consulted: Consultation
    meant: Before  # for the next question

    @property
    def answer(self) -> str:
        """All claims, in order."""
        return " ".join(map(str, self.claims))


@dataclass(frozen=True)
class Told:
    """What one kind of answer says."""

    claims: Sequence[Claim]
    resources: Sequence[str | bytes] = ()
    path: LearningPath | None = None
    demo: Demo | None = None
    is_aside: bool = False  # the next question leans on what the one before this leant on
    topics: Sequence[str] = ()  # those told one by one, in order: the steps of a path
