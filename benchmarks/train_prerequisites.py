"""Train the prerequisite model and write its weights to data/models/prerequisites/.

    python benchmarks/train_prerequisites.py --lecturebank CLONE --metacademy CLONE

Prints what the calibration rests on: how probable each set's pairs seem to weights that never saw that set.
"""

import argparse
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from prerequisite_calibration import (
    Course,
    LeftOut,
    calibrate,
    calibrate_on_courses,
    left_out,
    left_out_weights,
    order_evidence,
    taught_in_turn,
)
from prerequisite_gold import HOW_TO_GET, Repository, curriculum, lecturebank_208, lecturebank_322, lectures, metacademy
from prerequisite_training import Subject, described, fit

from service.config import bundled
from service.inference.embedder import load_embedder
from service.inference.prerequisites import Calibration, PrerequisiteModel, pair_odds, save_prerequisite_model
from service.inference.topic_features import Floats

SEED = 2024
MODELS = bundled("data") / "models"
PUBLIC = 3  # sets that were annotated by others
BINS, EIGHTHS = 10, 8


def main() -> None:
    """Read, train, calibrate, write."""
    arguments = _arguments()
    bank, academy = Repository(arguments.lecturebank), Repository(arguments.metacademy)
    embedder = load_embedder(MODELS)
    gold = [lecturebank_208(bank), lecturebank_322(bank), metacademy(academy), curriculum()]
    subjects = [described(embedder, one) for one in gold]
    courses = lectures(bank)
    before, after = order_evidence(subjects[:PUBLIC], courses)
    print(f"in one course, a prerequisite is first named before what needs it {before} times, after it {after} times")
    unaware = left_out_weights(subjects, SEED)
    held = left_out(subjects, unaware, SEED)
    calibration = calibrate(held, order=math.log(before / after) / 2)
    _print_reliability(held, calibration)
    judges = [PrerequisiteModel(weights, calibration, embedder.sha256) for weights in unaware]
    calibration = _on_courses(subjects[:PUBLIC], judges[:PUBLIC], courses)
    print(calibration)
    save_prerequisite_model(MODELS, PrerequisiteModel(fit(subjects, SEED), calibration, embedder.sha256))


def _on_courses(
    subjects: Sequence[Subject], judges: Sequence[PrerequisiteModel], courses: Sequence[Course]
) -> Calibration:
    """Complete the judges' calibration by what they say of pairs that a course teaches in turn."""
    print("taught in turn | pairs | share annotated as prerequisites among eighths by evidence")
    odds, answers = [], []
    for subject, judge in zip(subjects, judges, strict=True):
        pairs, answer = taught_in_turn(subject, courses)
        link, direction = judge.log_odds(subject.topics, pairs)
        found = pair_odds(link, direction + judge.calibration.order)  # the first is taught first
        shares = [answer[rows].mean() for rows in np.array_split(np.argsort(found), EIGHTHS)]
        print(f"{subject.gold.name:14} | {len(pairs):5} | {' '.join(f'{share:.2f}' for share in shares)}")
        odds.append(found)
        answers.append(answer)
    slope, offset = calibrate_on_courses(odds, answers)
    return replace(judges[0].calibration, course_slope=slope, course_offset=offset)


def _print_reliability(sets: list[LeftOut], calibration: Calibration) -> None:
    print("left out      | error of calibration | share of true pairs among tenths by probability")
    for held in sets:
        link = calibration.offset + calibration.link * held.link
        probability = 1 / (1 + np.exp(-(link + calibration.direction * held.direction)))
        shares = _tenths(probability, held.answers)
        error = np.abs(_tenths(probability, probability) - shares).mean()
        print(f"{held.name:13} | {error:20.3f} | {' '.join(f'{share:.2f}' for share in shares)}")


def _tenths(probability: Floats, values: Floats) -> Floats:
    return np.array([values[rows].mean() for rows in np.array_split(np.argsort(probability), BINS)])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=HOW_TO_GET, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lecturebank", type=Path, required=True, help="a clone of Yale-LILY/LectureBank")
    parser.add_argument("--metacademy", type=Path, required=True, help="a clone of metacademy/metacademy-content")
    return parser.parse_args()


if __name__ == "__main__":
    main()
