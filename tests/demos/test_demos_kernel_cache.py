import subprocess
import sys
from pathlib import Path

from service.demos.kernel_cache import kernel_cache_dir


def test_the_folder_is_the_same_until_a_source_changes(tmp_path: Path) -> None:
    assert kernel_cache_dir(tmp_path) == kernel_cache_dir(tmp_path)
    assert kernel_cache_dir(tmp_path).parent == tmp_path / "kernels"


def test_asking_for_the_folder_does_not_load_numba() -> None:
    code = "import sys, service.demos.kernel_cache; sys.exit('numba' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
