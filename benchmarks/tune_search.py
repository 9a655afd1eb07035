"""Fit what decides between "related" and "none": the weights of words, meaning and graph, and the boundary.

    python benchmarks/tune_search.py

Only questions/tune.yaml is looked at. Prints the weights for service/search/likelihood.py, with and without the model,
and the curve of the boundary: of the questions with an answer, how many get something that helps; of those whose
subject is not held, how many get anything. Then, of the questions that name no topic, for how many one is supposed, and
how often rightly. All is told for questions left out of the fit, ten folds in turn.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import orjson
from evaluate import Asked, open_all
from evaluation import Labelled, read_questions

from service import graph
from service.search.answering import by_names
from service.search.described import described
from service.search.findings import is_open
from service.search.gather import Asking, gather, signals
from service.search.likelihood import Signals, Weights
from service.search.query import Query
from service.search.suppose import nearest_topic

FOLDS = 10
RIDGE = 4e-3  # on the weights, not on the bias: with less, one of them turns negative, and nothing gets better
STEPS = 60  # of Newton's method; it stands still after ten
BOUNDARIES = (0.15, 0.18, 0.2, 0.22, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)
SUPPOSED = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)


@dataclass(frozen=True)
class Row:
    """The candidates for one question: their signals (n, 5) and whether each helps (n,)."""

    signals: np.ndarray
    helps: np.ndarray
    is_held: bool  # whether the pages hold its subject
    is_right: Callable[[np.ndarray], bool] | None  # of the topic that these likelihoods suppose; None: one is named

    @property
    def weights(self) -> np.ndarray:
        """A question counts as much as another; what helps and what does not, half each where there is both."""
        share = np.where(self.helps, 1 / max(self.helps.sum(), 1), 1 / max((~self.helps).sum(), 1))
        return share / 2 if self.helps.any() else share


def rows(asked: Mapping[str, Asked], questions: Sequence[Labelled], *, with_model: bool) -> list[Row]:
    """The candidates for each question that is about resources and that names leave wholly open."""
    found = (_row(asked[one.pages], one, with_model) for one in questions if one.relevant or one.expects == "nothing")
    return [row for row in found if row is not None]


def _row(asked: Asked, one: Labelled, with_model: bool) -> Row | None:
    query = Query(one.question)
    with asked.sessions() as session:
        now = graph.current(session)
        findings = by_names(session, now, asked.vocabulary, query)
        if not is_open(findings) or findings.found.total:
            return None
        found = gather(Asking(session, now, asked.retrieval, query), findings)
    if not found.candidates:
        return None
    consulted = found.consulted if with_model else replace(found.consulted, cosines={})
    topics = found.described if with_model else described(now, {})
    candidates = list(found.candidates)
    cards = [orjson.loads(miss.match.card) for miss in candidates]
    helps = np.array([card["id"] in one.relevant for card in cards])
    right = {
        topic["id"] for card, is_relevant in zip(cards, helps, strict=True) if is_relevant for topic in card["topics"]
    }

    def is_right(likely: np.ndarray) -> bool:
        scored = [miss._replace(score=float(by)) for miss, by in zip(candidates, likely, strict=True)]
        topic = nearest_topic(now, topics, sorted(scored, key=lambda miss: -miss.score))
        return topic is not None and not right.isdisjoint(now.with_narrower([topic]))

    is_unnamed = findings.meaning.interpretation.unknown_words and not (findings.meaning.topics or found.exact)
    told = np.array(signals(findings.meaning, consulted, topics, candidates))
    return Row(told, helps, one.expects != "nothing", is_right if is_unnamed and with_model else None)


def fit(rows: Sequence[Row]) -> Weights:
    """Logistic regression with a ridge, by Newton's method."""
    signals = np.concatenate([row.signals for row in rows])
    inputs = np.column_stack([np.ones(len(signals)), signals])
    helps = np.concatenate([row.helps for row in rows]).astype(float)
    shares = np.concatenate([row.weights for row in rows])
    shares /= shares.sum()
    ridge = np.diag([1e-9, *[RIDGE] * (inputs.shape[1] - 1)])
    weights = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (shares * (likely - helps)) + ridge @ weights
        bend = (inputs * (shares * likely * (1 - likely))[:, None]).T @ inputs + ridge
        weights -= np.linalg.solve(bend, slope)
    return Weights(*weights.tolist())


def left_out(rows: Sequence[Row]) -> list[tuple[Row, np.ndarray]]:
    """Each question's likelihoods, by weights that were fitted without it."""
    found = []
    for fold in range(FOLDS):
        weights = fit([row for place, row in enumerate(rows) if place % FOLDS != fold])
        for row in rows[fold::FOLDS]:
            found.append((row, np.array([weights.likelihood(Signals(*one)) for one in row.signals])))
    return found


def _print_curve(found: Sequence[tuple[Row, np.ndarray]]) -> None:
    held = [(row, likely) for row, likely in found if row.is_held]
    others = [likely for row, likely in found if not row.is_held]
    print("boundary   held: something that helps   held: anything   not held: anything")
    for boundary in BOUNDARIES:
        helped = np.mean([bool((row.helps & (likely >= boundary)).any()) for row, likely in held])
        shown, wrong = (
            np.mean([bool((one >= boundary).any()) for one in some])
            for some in ([likely for _, likely in held], others)
        )
        print(f"{boundary:>8.2f} {helped:>28.2f} {shown:>16.2f} {wrong:>20.2f}")


def _print_topics(found: Sequence[tuple[Row, np.ndarray]]) -> None:
    supposed = [(likely.max(), row.is_right(likely)) for row, likely in found if row.is_right]
    print(f"likelihood   topics supposed, of {len(supposed)} questions that name none   of these right")
    for boundary in SUPPOSED if supposed else ():
        right = [is_right for likelihood, is_right in supposed if likelihood >= boundary]
        print(f"{boundary:>10.2f} {len(right):>53} {sum(right):>16}")


def main() -> None:
    """Fit and print."""
    with tempfile.TemporaryDirectory() as folder:
        asked = open_all(Path(folder))
        for with_model in (True, False):
            found = rows(asked, read_questions("tune"), with_model=with_model)
            name = "WITH_MODEL" if with_model else "WITHOUT_MODEL"
            weights = ", ".join(f"{field}={value:.2f}" for field, value in fit(found)._asdict().items())
            print(f"\n{name} = Weights({weights})  # {len(found)} questions")
            likelihoods = left_out(found)
            _print_curve(likelihoods)
            if with_model:
                _print_topics(likelihoods)


if __name__ == "__main__":
    main()
