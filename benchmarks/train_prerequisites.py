"""Train the prerequisite model and write its weights to data/models/prerequisites/.

    python benchmarks/train_prerequisites.py --lecturebank CLONE --metacademy CLONE

Prints what the calibration rests on: how probable each set's pairs seem to weights that never saw that set.
"""

import argparse
import math
from pathlib import Path

import numpy as np
from prerequisite_calibration import LeftOut, calibrate, left_out, order_evidence
from prerequisite_gold import HOW_TO_GET, Repository, curriculum, lecturebank_208, lecturebank_322, lectures, metacademy
from prerequisite_training import described, fit

from service.config import bundled
from service.inference.embedder import load_embedder
from service.inference.prerequisites import Calibration, PrerequisiteModel, save_prerequisite_model
from service.inference.topic_features import Floats

SEED = 2024
MODELS = bundled("data") / "models"
BINS = 10


def main() -> None:
    """Read, train, calibrate, write."""
    arguments = _arguments()
    bank, academy = Repository(arguments.lecturebank), Repository(arguments.metacademy)
    embedder = load_embedder(MODELS)
    gold = [lecturebank_208(bank), lecturebank_322(bank), metacademy(academy), curriculum()]
    subjects = [described(embedder, one) for one in gold]
    before, after = order_evidence(subjects[:3], lectures(bank))
    print(f"in one course, a prerequisite is first named before what needs it {before} times, after it {after} times")
    held = left_out(subjects, SEED)
    calibration = calibrate(held, order=math.log(before / after) / 2)
    print(calibration)
    _print_reliability(held, calibration)
    save_prerequisite_model(MODELS, PrerequisiteModel(fit(subjects, SEED), calibration, embedder.sha256))


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
