import pytest

from service.demos.playground.seedrandom import SeedRandom

# The first numbers after Math.seedrandom(seed) of seedrandom 2.4.3 in node 20.
FIRST_DRAWS = {
    "0.12345": [0.9152007406557323, 0.4702753218035592, 0.2736265229359467],
    "": [0.23144008215179881, 0.27404636548159655, 0.7901279251811976],
    "abc é": [0.7032589755994284, 0.5761076379853755, 0.8049771357222556],
    "x" * 300: [0.952495823023581, 0.9378530102966817, 0.8504259399717166],
}


@pytest.mark.parametrize("seed", FIRST_DRAWS)
def test_a_seed_draws_the_numbers_of_the_browser_library(seed: str) -> None:
    assert SeedRandom(seed).uniform(3).tolist() == FIRST_DRAWS[seed]


def test_a_stream_goes_on_where_the_last_draw_ended() -> None:
    random = SeedRandom("0.12345")

    drawn = [*random.uniform(1000), *random.uniform(1)]

    assert drawn == SeedRandom("0.12345").uniform(1001).tolist()


def test_an_unpaired_surrogate_is_a_seed_like_any_other() -> None:
    assert SeedRandom("\ud800").uniform(1)[0] != SeedRandom("?").uniform(1)[0]
