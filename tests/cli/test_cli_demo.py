"""Demos on the terminal."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image

from service.demos.registry import find_demo
from service.errors import BlockedAddress, DemoUnavailable, DeviceUnavailable, InvalidInput
from service.outbound import Fetched

Command = Callable[..., Result]


def test_a_picture_of_ones_own_is_given_as_a_file(command: Command, tmp_path: Path) -> None:
    Image.new("L", (40, 40)).save(tmp_path / "nothing.png")

    result = command("demo", "cnn-explainer", "--set", "upload=@nothing.png", "--json")

    assert json.loads(result.stdout)["image"] == {"label": None, "inverted": False}


def test_a_file_that_is_not_there_is_told(command: Command) -> None:
    result = command("demo", "cnn-explainer", "--set", "upload=@nothing.png")

    assert isinstance(result.exception, InvalidInput)
    assert "nothing.png cannot be read" in str(result.exception)


def test_a_picture_is_fetched_from_the_web_but_from_no_private_address(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = io.BytesIO()
    Image.new("L", (40, 40)).save(drawn, "PNG")

    blocked = command("demo", "cnn-explainer", "--set", "upload=@http://127.0.0.1/nothing.png")
    monkeypatch.setattr("service.cli.demo_run.fetch", lambda _client, url, _limits: Fetched(url, drawn.getvalue(), {}))
    fetched = command("demo", "cnn-explainer", "--set", "upload=@https://example.org/nothing.png", "--json")

    assert isinstance(blocked.exception, BlockedAddress)
    assert json.loads(fetched.stdout)["image"] == {"label": None, "inverted": False}


def test_a_gpu_is_refused_where_no_demo_computes_on_one(command: Command) -> None:
    result = command("demo", "entropy", "--device", "cuda")

    assert isinstance(result.exception, DeviceUnavailable)


def test_a_demo_whose_files_are_missing_says_so(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("service.demos.demo.bundled", lambda name: tmp_path / name)

    listed, started = command("demo"), command("demo", "cnn-explainer")

    told = "cannot run here: data/models/tiny_vgg/weights.npz is not installed."
    (line,) = (line for line in listed.stdout.splitlines() if line.startswith("cnn-explainer"))
    assert told in line
    assert isinstance(started.exception, DemoUnavailable)
    assert told in str(started.exception)


def test_figures_are_kept_and_those_that_move_as_gif_too(command: Command, tmp_path: Path) -> None:
    command(
        "demo", "convolution-arithmetic", "--set", "input_size=[2, 4]", "--set", "kernel_size=[2,2]", "--out", "kept"
    )

    assert {file.name for file in (tmp_path / "kept").glob("animation.*")} == {
        f"animation.{ending}" for ending in ("svg", "png", "json", "gif")
    }
    assert not (tmp_path / "kept" / "overview.gif").exists()
    with Image.open(tmp_path / "kept" / "animation.gif") as gif:
        assert gif.n_frames == 3


def test_warming_up_compiles_once(command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    compiled = []
    demo = replace(find_demo("activations"), warm_up=lambda: compiled.append("activations"))
    monkeypatch.setattr("service.demos.registry.DEMOS", [demo])
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kernels"))

    first, second = command("warm-up"), command("warm-up")

    assert "once on this machine" in first.stdout
    assert "loops are compiled" in second.stdout
    assert compiled == ["activations"]
