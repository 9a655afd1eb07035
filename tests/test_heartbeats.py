"""Signs of life: there while a process asks for more to do, and gone with it."""

import os
import subprocess
import sys
import time
from pathlib import Path

from service.heartbeats import FOLDER, SILENT_S, beating, signs


def test_a_process_that_asks_whether_to_stop_is_alive(tmp_path: Path) -> None:
    with beating(tmp_path, "work", lambda: False) as should_stop:
        assert signs(tmp_path) == []

        assert should_stop() is False

        [sign] = signs(tmp_path)
    assert (sign.role, sign.pid, sign.is_well) == ("work", os.getpid(), True)
    assert signs(tmp_path) == []


def test_one_that_asks_no_more_is_silent(tmp_path: Path) -> None:
    with beating(tmp_path, "work", lambda: False) as should_stop:
        should_stop()
        long_ago = time.time() - SILENT_S - 1
        os.utime(tmp_path / FOLDER / f"work.{os.getpid()}", (long_ago, long_ago))

        [sign] = signs(tmp_path)

    assert not sign.is_well
    assert sign.silent_s > SILENT_S


def test_the_sign_of_a_process_that_was_killed_is_taken_away(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / f"work.{dead.pid}").touch()

    assert signs(tmp_path) == []
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file, where the folder should be")

    with beating(tmp_path, "work", lambda: True) as should_stop:
        assert should_stop() is True
