"""What ingest makes of real courses: prerequisites by what a page shows, and with the model too, against public gold.

    python benchmarks/bench_inferred_prerequisites.py --lecturebank CLONE --metacademy CLONE

A course of LectureBank is its lectures' titles in their order. Those that name an annotated topic make a page of bare
headings, and the rules of ingest infer its prerequisites, with a model whose weights saw neither the set nor a pair of
its names (its calibration, a few numbers, was fitted to what such weights say of all sets). Each pair is annotated, but
far from completely ("syntax -> parsing" is not). So the annotated share is a lower bound of what is right; what can be
compared is the two ways, and their classes. `--read` lists what was accepted.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from prerequisite_calibration import TITLE_SHARE, Course, first_named, left_out_weights
from prerequisite_gold import (
    HOW_TO_GET,
    Edge,
    Repository,
    curriculum,
    lecturebank_208,
    lecturebank_322,
    lectures,
    metacademy,
)
from prerequisite_training import Subject, described

from service.catalog.vocabulary import Vocabulary, load_vocabulary
from service.config import Settings, bundled
from service.inference.embedder import load_embedder
from service.inference.prerequisites import load_prerequisite_model
from service.ingest.opinion import Opinion
from service.ingest.prerequisites import infer_prerequisites
from service.ingest.teaching import TaughtPage, TaughtTopic

SEED = 2024
PUBLIC = 3  # sets that were annotated by others
FEWEST_TOPICS = 4  # of a course
CLASSES = ("accepted", "proposed", "dropped")


@dataclass(frozen=True)
class Taught:
    """A set's topics on the page of one course, in its order, by their rows."""

    subject: Subject
    first: dict[int, int]  # the lecture that names it

    def page(self) -> TaughtPage:
        """Bare headings, whose ids are rows."""
        labels = self.subject.gold.labels
        rows = sorted(self.first, key=lambda row: (self.first[row], row))
        topics = (TaughtTopic(str(row), None, labels[row], n, ((labels[row], "label"),)) for n, row in enumerate(rows))
        return TaughtPage("page", "A course", tuple(topics))

    def pairs(self) -> Iterator[Edge]:
        """What is taught in turn."""
        yield from ((a, b) for a in self.first for b in self.first if self.first[a] < self.first[b])


def courses_of(subject: Subject, courses: Sequence[Course]) -> list[Taught]:
    """The courses that teach enough of a set's topics."""
    found = (Taught(subject, first_named(subject, course, TITLE_SHARE)) for course in courses)
    return [taught for taught in found if len(taught.first) >= FEWEST_TOPICS]


def classified(taught: Sequence[Taught], vocabulary: Vocabulary, opinion: Opinion | None) -> dict[Edge, str]:
    """Each pair that some course teaches in turn, by the surest that one of them makes of it."""
    surest: dict[Edge, float] = {}
    for course in taught:
        edges = infer_prerequisites(course.page(), vocabulary, opinion=opinion)
        sure = {(int(edge.prerequisite_id), int(edge.dependent_id)): edge.confidence for edge in edges}
        for pair in course.pairs():
            surest[pair] = max(surest.get(pair, 0.0), sure.get(pair, 0.0))
    settings = Settings()
    bounds = (settings.prerequisite_accept_confidence, settings.prerequisite_floor_confidence)
    return {pair: CLASSES[sum(confidence < bound for bound in bounds)] for pair, confidence in surest.items()}


def main() -> None:
    """Print the table."""
    arguments = _arguments()
    if not (arguments.lecturebank and arguments.metacademy):
        print("bench_inferred_prerequisites: skipped, it needs public sets that are not kept here.\n\n" + HOW_TO_GET)
        return
    bank, academy = Repository(arguments.lecturebank), Repository(arguments.metacademy)
    models = bundled("data") / "models"
    embedder, shipped = load_embedder(models), load_prerequisite_model(models)
    vocabulary = load_vocabulary(Settings().vocabulary_path)
    gold = [lecturebank_208(bank), lecturebank_322(bank), metacademy(academy), curriculum()]
    subjects = [described(embedder, one) for one in gold]
    opinions = [Opinion(replace(shipped, weights=unaware), embedder) for unaware in left_out_weights(subjects, SEED)]
    print(f"{'set':11} {'by':17} " + " ".join(f"{name:>28}" for name in CLASSES) + f" {'accepted backwards':>19}")
    for subject, unaware in list(zip(subjects, opinions, strict=True))[:PUBLIC]:
        taught = courses_of(subject, lectures(bank))
        for name, opinion in (("the page", None), ("page and model", unaware)):
            classes = classified(taught, vocabulary, opinion)
            _print_row(subject, name, classes)
            if arguments.read:
                _print_accepted(subject, classes)


def _print_row(subject: Subject, name: str, classes: dict[Edge, str]) -> None:
    annotated = set(subject.gold.positive)
    sizes, right = Counter(classes.values()), Counter(kind for pair, kind in classes.items() if pair in annotated)
    cells = [
        f"{right[kind]:3} annotated of {sizes[kind]:4} ({right[kind] / max(sizes[kind], 1):.0%})" for kind in CLASSES
    ]
    backwards = sum(
        kind == "accepted" and pair not in annotated and pair[::-1] in annotated for pair, kind in classes.items()
    )
    print(f"{subject.gold.name:11} {name:17} " + " ".join(f"{cell:>28}" for cell in cells) + f" {backwards:19}")


def _print_accepted(subject: Subject, classes: dict[Edge, str]) -> None:
    labels, annotated = subject.gold.labels, set(subject.gold.positive)
    for a, b in sorted(pair for pair, kind in classes.items() if kind == "accepted"):
        print(f"    {labels[a]} -> {labels[b]}" + (" (annotated)" if (a, b) in annotated else ""))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=HOW_TO_GET, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lecturebank", type=Path, help="a clone of Yale-LILY/LectureBank")
    parser.add_argument("--metacademy", type=Path, help="a clone of metacademy/metacademy-content")
    parser.add_argument("--read", action="store_true", help="list the accepted edges")
    return parser.parse_args()


if __name__ == "__main__":
    main()
