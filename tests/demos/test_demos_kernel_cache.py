import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.demos.kernel_cache import are_compiled, kernel_cache_dir, mark_compiled, sources_of_loops, sweep

LOOP = "from service.demos.rules import RATE\n\n\n@compiled\ndef loop(): ...\n"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A room with one loop, the rules that it is compiled with, and a picture of it."""
    for name, source in {"loop.py": LOOP, "rules.py": "RATE = 1\n", "picture.py": "RED = 1\n"}.items():
        (tmp_path / name).write_text(source)
    monkeypatch.setattr("service.demos.kernel_cache._ROOM", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("file", "stays"), [("picture.py", True), ("rules.py", False), ("loop.py", False)])
def test_the_folder_stays_until_something_changes_that_loops_are_compiled_from(
    file: str, stays: bool, room: Path
) -> None:
    before = kernel_cache_dir(room)

    (room / file).write_text((room / file).read_text() + "# changed\n")

    assert (kernel_cache_dir(room) == before) is stays
    assert before.parent == room / "kernels"


def test_loops_that_are_compiled_are_compiled_again_when_their_file_is_replaced(room: Path) -> None:
    kernels = kernel_cache_dir(room)
    assert not are_compiled(kernels)

    mark_compiled(kernels)
    assert are_compiled(kernels)

    os.utime(room / "rules.py", (1, 2_000_000_000))
    assert not are_compiled(kernels)


def test_folders_of_other_editions_are_swept_unless_a_process_holds_them(tmp_path: Path) -> None:
    held, left = (tmp_path / "kernels" / (name * 16) for name in "ab")
    ours, alien = kernel_cache_dir(tmp_path), tmp_path / "kernels" / "notes"
    for folder in (left, ours, alien):
        (folder / "playground").mkdir(parents=True)
    code = f"import service.demos.kernel_cache as cache; cache.hold({str(held)!r}); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()

        swept = sweep(tmp_path)

        assert (swept, held.exists(), left.exists(), ours.exists(), alien.exists()) == (1, True, False, True, True)
    assert (sweep(tmp_path), held.exists()) == (1, False)


def test_every_loop_is_found_with_what_it_calls() -> None:
    names = {f"{source.parent.name}/{source.name}" for source in sources_of_loops()}

    assert {"playground/engine.py", "playground/kinds.py", "representations/divergence.py"} <= names


def test_asking_for_the_folder_does_not_load_numba() -> None:
    code = "import sys, service.demos.kernel_cache; sys.exit('numba' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
