"""What a web worker carries: it lists demos and checks parameters, and computes and draws nothing."""

import subprocess
import sys

COMPUTES_OR_DRAWS = ("numba", "llvmlite", "torch", "onnxruntime", "sklearn", "scipy", "PIL", "vl_convert", "pandas")
ASK = f"""
import sys
from service.app import create_app
from service.demos.demo import resolve_parameters
from service.demos.registry import DEMOS
for demo in DEMOS:
    demo.cost_s(resolve_parameters(demo, {{}}))
print(*(name for name in {COMPUTES_OR_DRAWS} if name in sys.modules))
"""


def test_the_service_lists_and_checks_every_demo_without_loading_what_computes() -> None:
    told = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)

    assert told.stdout.split() == []
