"""How well questions are answered: our search beside BM25 alone and MiniLM alone, on the same labelled questions.

    python benchmarks/evaluate.py [--half tune|test] [--worst 10]

`tune` is what vocabulary, weights and thresholds were chosen on; `test` was not looked at. Rankings are `items` and
then `related`, as a reader gets them. The other two rank every resource by the question as it was typed. Questions
that ask for no resources have no ranking; those whose subject the pages do not hold tell the false-exact rate.
"""

import argparse
import statistics
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from evaluation import PAGES, Labelled, ids_by_number, open_pages, quality, read_questions
from sqlalchemy.orm import Session, sessionmaker

from service import graph
from service.catalog.vocabulary import Vocabulary, load_vocabulary
from service.catalog.wanted import EVERYTHING
from service.config import bundled
from service.inference.judge import LazyEmbedder
from service.search import Query, Retrieval, answer
from service.search.answer import Answer
from service.search.index.follow import bring_up_to_date
from service.search.index.write import Place

GOAL = 1.15  # our nDCG@10 over that of the better of the other two, on the test half
OURS, NAMES, BM25, MINILM = "ours", "names alone", "BM25 alone", "MiniLM alone"


@dataclass(frozen=True)
class Asked:
    """A set of pages, ready to be asked."""

    sessions: sessionmaker[Session]
    vocabulary: Vocabulary
    embedder: LazyEmbedder
    retrieval: Retrieval

    def answer(self, question: str, *, with_retrieval: bool = True) -> Answer:
        """Our answer."""
        with self.sessions() as session:
            found = self.retrieval if with_retrieval else None
            return answer(session, graph.current(session), self.vocabulary, Query(question), found)

    def bm25(self, question: str) -> list[str]:
        """All words of the question, nothing understood."""
        return self._ids(lambda index: [hit.number for hit in index.words.search([question], EVERYTHING, 10)])

    def minilm(self, question: str) -> list[str]:
        """The vectors nearest to the question's."""
        vector = self.embedder.embed([question])[0]
        return self._ids(lambda index: [number for number, _ in index.vectors.nearest(vector, 10)])

    def _ids(self, numbers: Callable[..., list[int]]) -> list[str]:
        with self.sessions() as session:
            ids = ids_by_number(session)
            return [ids[number] for number in numbers(self.retrieval.reader.open(session))]


def open_all(folder: Path) -> Mapping[str, Asked]:
    """Every set of pages in a catalog of its own, indexed."""
    vocabulary = load_vocabulary(bundled("data") / "vocabulary")
    embedder = LazyEmbedder(bundled("data") / "models")
    found = {}
    for name in PAGES:
        sessions = open_pages(name, folder, vocabulary)
        bring_up_to_date(Place(folder / name, sessions), embedder)
        found[name] = Asked(sessions, vocabulary, embedder, Retrieval(folder / name, embedder))
    return found


def ranking(found: Answer) -> list[str]:
    """The ids of what is answered, in order."""
    return [orjson.loads(one.card)["id"] for one in (*found.items, *found.related)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("tune", "test"), action="append")
    parser.add_argument("--worst", type=int, default=0, help="show so many of the questions that went worst")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asked = open_all(Path(folder))
        for half in arguments.half or ("tune", "test"):
            _evaluate(half, read_questions(half), asked, arguments.worst)


def _evaluate(half: str, questions: Sequence[Labelled], asked: Mapping[str, Asked], worst: int) -> None:
    answers = [asked[one.pages].answer(one.question) for one in questions]
    print(f"\n{half}: {len(questions)} questions")
    ranked = [(one, found) for one, found in zip(questions, answers, strict=True) if one.relevant]
    _print_rankings(ranked, asked, worst)
    _print_exactness(questions, answers, worst)
    hits = [one.intent == found.interpretation.intent for one, found in zip(questions, answers, strict=True)]
    print(f"intent accuracy {statistics.mean(hits):.3f}")
    for one, found in list(zip(questions, answers, strict=True)) if worst else []:
        if one.intent != found.interpretation.intent:
            print(f"  {found.interpretation.intent}, not {one.intent}: {one.question!r}")


def _print_rankings(ranked: Sequence[tuple[Labelled, Answer]], asked: Mapping[str, Asked], worst: int) -> None:
    systems: Mapping[str, Callable[[Labelled, Answer], list[str]]] = {
        OURS: lambda _, found: ranking(found),
        NAMES: lambda one, _: ranking(asked[one.pages].answer(one.question, with_retrieval=False)),
        BM25: lambda one, _: asked[one.pages].bm25(one.question),
        MINILM: lambda one, _: asked[one.pages].minilm(one.question),
    }
    print(f"{f'{len(ranked)} with a ranking':<22} nDCG@10    MRR  recall@10")
    means = {}
    for name, rank in systems.items():
        measured = [quality(rank(one, found), one.relevant) for one, found in ranked]
        means[name] = statistics.mean(one.ndcg for one in measured)
        others = [statistics.mean(getattr(one, of) for one in measured) for of in ("reciprocal_rank", "recall")]
        print(f"{name:<22} {means[name]:>7.3f} {others[0]:>6.3f} {others[1]:>10.3f}")
        if name == OURS:
            _print_worst(ranked, [one.ndcg for one in measured], worst)
    ratio = means[OURS] / max(means[BM25], means[MINILM])
    print(f"ours / the better of BM25 and MiniLM: {ratio:.2f}  goal >= {GOAL} {'met' if ratio >= GOAL else 'MISSED'}")


def _print_worst(ranked: Sequence[tuple[Labelled, Answer]], ndcg: Sequence[float], count: int) -> None:
    for score, (one, found) in sorted(zip(ndcg, ranked, strict=True), key=lambda pair: pair[0])[:count]:
        unknown = ", ".join(found.interpretation.unknown_words)
        shape = f"{len(found.items)} items, {len(found.related)} related"
        print(f"  {score:.2f} {one.question!r} ({one.pages}, {one.expects}): {shape}; unknown: {unknown or '-'}")


def _print_exactness(questions: Sequence[Labelled], answers: Sequence[Answer], worst: int) -> None:
    """How often something is called exact that is not, and how often nothing or something near is found where it is."""
    for expected, what in (
        ("nothing", "false-exact: subject not held, yet an exact item"),
        ("nothing", "subject not held, yet something related"),
        ("related", "nothing meets all of it, yet an exact item"),
        ("related", "something is near, yet nothing is shown"),
        ("items", "something meets it, yet no exact item"),
        ("items", "something meets it, yet nothing is shown"),
    ):
        those = [(one, found) for one, found in zip(questions, answers, strict=True) if one.expects == expected]
        wrong = [one.question for one, found in those if _IS[what.split(", yet ")[1]](found)]
        print(f"{what:<52} {len(wrong):>3} of {len(those)}  {'; '.join(wrong[:worst])}")


_IS: Mapping[str, Callable[[Answer], bool]] = {
    "an exact item": lambda found: bool(found.items),
    "something related": lambda found: bool(found.related),
    "no exact item": lambda found: not found.items,
    "nothing is shown": lambda found: not found.items and not found.related,
}


if __name__ == "__main__":
    main()
