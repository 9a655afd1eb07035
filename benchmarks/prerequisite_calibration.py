"""What makes the prerequisite model's scores probabilities: sets that were left out of the fit, and courses' order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from prerequisite_training import Subject, balanced, fit, logistic

from service.inference.prerequisites import Calibration, score
from service.inference.topic_features import Floats, words_of

_PARTS = ("link", "direction", "answers")


@dataclass(frozen=True)
class LeftOut:
    """A set's pairs, scored by weights that never saw them: half sums, half differences, and the answers."""

    name: str
    link: Floats
    direction: Floats
    answers: Floats


def left_out(subjects: Sequence[Subject], seed: int) -> list[LeftOut]:
    """Each set by weights from the others, without the pairs whose two names it shares with them."""
    choice = np.random.default_rng(seed)
    found = []
    for held in subjects:
        weights = fit([subject.without(held.names) for subject in subjects if subject is not held], seed)
        pairs, answers = balanced(held.gold, choice)
        there, back = score(weights, held.topics, pairs), score(weights, held.topics, pairs[:, ::-1])
        found.append(LeftOut(held.gold.name, (there + back) / 2, (there - back) / 2, answers))
    return found


def calibrate(sets: Sequence[LeftOut], order: float) -> Calibration:
    """Fit the left-out scores, all sets alike: first the direction of true pairs, then the link beside it."""
    link, direction, y = (np.concatenate([getattr(held, part) for held in sets]) for part in _PARTS)
    weight = np.concatenate([np.full(len(held.answers), 1 / len(held.answers)) for held in sets])
    weight *= len(weight) / weight.sum()
    free = np.zeros(1)
    true = y == 1
    signed = np.concatenate([2 * direction[true], -2 * direction[true]])[:, None]
    (slope,) = logistic(signed, np.repeat([1.0, 0.0], true.sum()), np.tile(weight[true], 2), free)
    columns = np.column_stack([np.ones_like(link), link])
    offset, link_slope = logistic(columns, y, weight, np.zeros(2), offset=slope * direction)
    return Calibration(offset=float(offset), link=float(link_slope), direction=float(slope), order=order)


def order_evidence(subjects: Sequence[Subject], courses: Sequence[Sequence[tuple[int, str]]]) -> tuple[int, int]:
    """How often a course first names a prerequisite before, and after, what needs it: lectures' titles against gold."""
    before = after = 0
    for course in courses:
        titles = [(number, words_of(title)) for number, title in course]
        for subject in subjects:
            first = [
                min((number for number, words in titles if name and name <= words), default=None)
                for name in subject.topics.words
            ]
            for a, b in subject.gold.positive:
                early, late = first[a], first[b]
                if early is not None and late is not None:
                    before += early < late
                    after += early > late
    return before, after
