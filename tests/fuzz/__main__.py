"""Schemathesis against a running server, all its checks and phases, for some time: `make fuzz`.

The server is a real `coursegraph serve` that holds the course page, on a free port; the caller has an admin's key.
"""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from faults.commands import run_command
from faults.ground import Ground
from faults.serving import Service

from service.catalog import keys
from service.config import bundled

COURSE_PAGE = bundled("data") / "pages" / "lectures-2024.md"
# Other servers are not asked for long: most addresses that are made up lead nowhere.
SHORT = {"COURSEGRAPH_FETCH_TIMEOUT_S": "1", "COURSEGRAPH_RUN_TIME_LIMIT_S": "5"}
STREAM = "/runs/.*/events$"  # it has no end to wait for
SUICIDE = "revokeKey"  # nothing could be asked after the caller took its own key away


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    asked, more = parser.parse_known_args()  # more: for schemathesis
    folder = Path(tempfile.mkdtemp(prefix="coursegraph-fuzz-"))
    ground = Ground(folder, f"sqlite:///{folder}/catalog.db", random.Random(asked.seed))
    if run_command(ground, "ingest", str(COURSE_PAGE)) != 0:
        return 1
    with ground.sessions.begin() as session:
        key = keys.create(session, "admin", "fuzz")
    with Service(ground.settings | SHORT, folder / "serve.log") as service:
        status = subprocess.run(_command(service.url, key, asked) + more, check=False).returncode
    print(f"The server's log: {folder}/serve.log" if status else "Nothing was found.")
    if status == 0:
        shutil.rmtree(folder)
    return status


def _command(url: str, key: str, asked: argparse.Namespace) -> list[str]:
    schemathesis = Path(sys.executable).with_name("schemathesis")
    return [
        *(str(schemathesis), "--config-file", str(Path(__file__).with_name("schemathesis.toml"))),
        *("run", f"{url}/openapi.json"),
        *("--max-time", str(asked.seconds), "--request-timeout", "60"),
        *("--seed", str(asked.seed), "--generation-database", "none"),
        *("--header", f"Authorization: Bearer {key}", "--header", "Prefer: wait=0"),
        # All checks but those that the configuration takes from an operation: `--checks all` would give them back.
        *("--phases", "examples,coverage,fuzzing,stateful"),
        *("--exclude-path-regex", STREAM, "--exclude-operation-id", SUICIDE),
    ]


if __name__ == "__main__":
    sys.exit(main())
