import numpy as np
import pytest

from service.demos.playground.data import DATASETS, FEATURES, inputs, training_and_test, training_size
from service.demos.playground.seedrandom import SeedRandom

# (data set, noise in %, seed): the first point that the original's own generator gave in node 20.
FIRST_POINTS = {
    ("circle", 0, "0.12345"): (0.4248402527873971, -2.248213342349108, 1),
    ("xor", 15, "0.12345"): (4.452007406557324, -0.5972467819644083, -1),
    ("gauss", 35, "abc é"): (4.938795497532816, 3.5002639374318294, 1),
    ("spiral", 25, "0.12345"): (0.20760037032786616, -0.014862339098220406, 1),
    ("reg-plane", 5, "7"): (-2.648964169029776, -5.584405965737624, -0.8097493857428504),
    ("reg-gauss", 10, "0.12345"): (4.982408887868788, -0.3566961383572895, 0),
}


@pytest.mark.parametrize("case", FIRST_POINTS, ids=lambda case: case[0])
def test_a_data_set_begins_with_the_originals_first_point(case: tuple[str, int, str]) -> None:
    dataset, noise, seed = case

    points = DATASETS[dataset](SeedRandom(seed), noise / 100)

    first = (points.x[0], points.y[0], points.label[0])
    assert first == pytest.approx(FIRST_POINTS[case], rel=1e-14)


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_split_keeps_every_point_once(dataset: str) -> None:
    everything = DATASETS[dataset](SeedRandom("1"), 0.1)

    train, test = training_and_test(dataset, 10, 30, SeedRandom("1"))

    assert len(train) == training_size(len(everything), 30) == len(everything) * 3 // 10
    assert sorted([*train.x, *test.x]) == sorted(everything.x)


def test_a_circles_noise_changes_labels_and_moves_no_point() -> None:
    clean, noisy = (DATASETS["circle"](SeedRandom("1"), noise) for noise in (0.0, 0.5))

    assert (clean.x == noisy.x).all()
    assert (clean.label != noisy.label).any()


def test_inputs_stand_in_the_originals_order_whatever_order_was_asked() -> None:
    x, y = np.array([2.0]), np.array([3.0])

    rows = inputs(list(reversed(FEATURES)), x, y)

    assert rows[:, 0] == pytest.approx([2, 3, 4, 9, 6, np.sin(2), np.sin(3)])
