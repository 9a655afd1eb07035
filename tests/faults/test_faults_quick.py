"""A dozen kills in each run of the tests; `make faults` does hundreds, and outages besides. See README.md here."""

import random
from pathlib import Path

import pytest
from faults import deaths
from faults.ground import Ground, plant
from faults.tally import Fault, let_loose

SEED = 7


@pytest.mark.parametrize(
    ("fault", "times", "database"),
    [
        (deaths.kill_ingest, 3, "sqlite"),
        (deaths.kill_ingest, 2, "postgresql"),
        (deaths.kill_index_rebuild, 2, "sqlite"),
        (deaths.kill_web_worker, 1, "sqlite"),
        (deaths.kill_server, 1, "postgresql"),
    ],
    ids=lambda given: getattr(given, "__name__", str(given)),
)
def test_what_was_acknowledged_outlives_kills_at_random_moments(
    fault: Fault, times: int, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    print(f"seed {SEED}")
    ground = Ground(tmp_path, request.getfixturevalue(f"{database}_url"), random.Random(SEED))
    plant(ground)

    tally = let_loose(fault, ground, times)
    ground.close()

    assert tally.troubles == ()
    assert (tally.times, tally.survived) == (times, times)
    assert tally.acknowledged > 0
