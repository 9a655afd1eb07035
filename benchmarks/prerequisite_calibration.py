"""What makes the prerequisite model's scores probabilities: sets that were left out of the fit, and courses' order."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from prerequisite_training import Subject, balanced, fit, logistic

from service.inference.prerequisites import Calibration, PrerequisiteWeights, score
from service.inference.topic_features import Floats, Pairs, words_of

Course = Sequence[tuple[int, str]]  # the number and title of each lecture
TITLE_SHARE = 0.5  # of a lecture's title: a topic that makes less of it is not what the lecture teaches

_PARTS = ("link", "direction", "answers")


@dataclass(frozen=True)
class LeftOut:
    """A set's pairs, scored by weights that never saw them: half sums, half differences, and the answers."""

    name: str
    link: Floats
    direction: Floats
    answers: Floats


def left_out_weights(subjects: Sequence[Subject], seed: int) -> list[PrerequisiteWeights]:
    """For each set, weights from the others, without the pairs whose two names it shares with them."""
    return [
        fit([subject.without(held.names) for subject in subjects if subject is not held], seed) for held in subjects
    ]


def left_out(subjects: Sequence[Subject], weights: Sequence[PrerequisiteWeights], seed: int) -> list[LeftOut]:
    """Each set's pairs by the weights that never saw it."""
    choice = np.random.default_rng(seed)
    found = []
    for held, unaware in zip(subjects, weights, strict=True):
        pairs, answers = balanced(held.gold, choice)
        there, back = score(unaware, held.topics, pairs), score(unaware, held.topics, pairs[:, ::-1])
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


def order_evidence(subjects: Sequence[Subject], courses: Sequence[Course]) -> tuple[int, int]:
    """How often a course first names a prerequisite before, and after, what needs it: lectures' titles against gold."""
    before = after = 0
    for course in courses:
        for subject in subjects:
            first = first_named(subject, course, share=0.0)
            known = [(first[a], first[b]) for a, b in subject.gold.positive if a in first and b in first]
            before += sum(early < late for early, late in known)
            after += sum(early > late for early, late in known)
    return before, after


def taught_in_turn(subject: Subject, courses: Sequence[Course]) -> tuple[Pairs, Floats]:
    """Annotated pairs of a set of which some course teaches the first before the second, each once; the answers."""
    answers = dict.fromkeys(subject.gold.negative, 0.0) | dict.fromkeys(subject.gold.positive, 1.0)
    taught = {
        (a, b)
        for course in courses
        for first in [first_named(subject, course, share=TITLE_SHARE)]
        for a, b in product(first, first)
        if first[a] < first[b]
    }
    pairs = sorted(taught & answers.keys())
    return np.array(pairs).reshape(-1, 2), np.array([answers[pair] for pair in pairs])


def calibrate_on_courses(odds: Sequence[Floats], answers: Sequence[Floats]) -> tuple[float, float]:
    """(slope, offset) that make log-odds of the model the log-likelihood ratio among pairs taught in turn.

    A list has one array for each set; all sets weigh alike.
    """
    x, y = np.concatenate(odds), np.concatenate(answers)
    weight = np.concatenate([np.full(len(one), len(y) / len(answers) / len(one)) for one in answers])
    slope, offset = logistic(np.column_stack([x, np.ones_like(x)]), y, weight, np.zeros(2))
    share = float((weight * y).sum() / weight.sum())
    return float(slope), float(offset) - math.log(share / (1 - share))


def first_named(subject: Subject, course: Course, share: float) -> dict[int, int]:
    """By topic's row, the first lecture whose title names it with at least this share of the title's words."""
    titles = [(number, words_of(title)) for number, title in course]
    first = {}
    for row, name in enumerate(subject.topics.words):
        named = [number for number, words in titles if name and name <= words and len(name) >= share * len(words)]
        if named:
            first[row] = min(named)
    return first
