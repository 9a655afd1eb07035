"""Where processes that tests start find the service that is tested: the environment may have been made elsewhere."""

import os
from pathlib import Path

import service

ROOT = str(Path(service.__file__).parents[1])
PYTHONPATH = os.pathsep.join(dict.fromkeys([ROOT, *(os.environ.get("PYTHONPATH") or ROOT).split(os.pathsep)]))
