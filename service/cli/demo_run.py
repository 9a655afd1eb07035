"""A demo's run on the terminal. Loads the demos, so it is imported late."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from service.demos.animation import gif_of
from service.demos.demo import CUDA, Demo, require_here, resolve_parameters
from service.demos.devices import choose_device, devices_here
from service.demos.figures import png_of, svg_of
from service.demos.messages import FinishedRun
from service.demos.registry import DEMOS, find_demo
from service.demos.runner import run_now
from service.errors import Fault, InvalidInput
from service.outbound import FetchLimits, fetch, open_client


@dataclass(frozen=True)
class Wanted:
    """What the command line asks of a run."""

    preset: str | None
    given: Sequence[str]  # NAME=VALUE
    seed: str
    device: str
    usual_device: str  # the setting's


def list_demos() -> None:
    """One line a demo."""
    for demo in DEMOS:
        lack = demo.lack()
        click.echo(f"{demo.id:<28}{demo.title}" + (f" (cannot run here: {lack})" if lack else ""))


def run(name: str, wanted: Wanted) -> tuple[FinishedRun, str]:
    """Run a demo with a progress bar, and say on which device; what is wrong with the call is raised."""
    demo = find_demo(name)
    require_here(demo)
    device = choose_device(demo, wanted.device, wanted.usual_device, lambda: CUDA in devices_here([demo]))
    parameters = resolve_parameters(demo, {**_preset(demo, wanted.preset), **_parameters(wanted.given)})
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Loading; the first time, compiling", total=1.0)
        demo.warm_up()

        def progress(fraction: float, message: str = "") -> None:
            bar.update(task, completed=fraction, description=message or demo.title)

        return run_now(demo, parameters, wanted.seed, progress, device), device


def _preset(demo: Demo, preset: str | None) -> Mapping[str, Any]:
    if preset is None:
        return {}
    if preset not in demo.presets:
        raise InvalidInput(f"The {demo.id} demo has no preset {preset!r}; it has {', '.join(demo.presets)}.")
    return demo.presets[preset]


def _parameters(given: Sequence[str]) -> dict[str, Any]:
    parameters = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise InvalidInput(f"--set {text}: write NAME=VALUE.", [Fault(f"/{name}", "no value")])
        parameters[name] = _value(value)
    return parameters


def _value(text: str) -> Any:
    """What is given: JSON, plain text, or of "@shirt.jpg" and "@https://…/shirt.jpg" the content as base64."""
    if text.startswith("@"):
        return base64.b64encode(_content(text[1:])).decode()
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _content(place: str) -> bytes:
    if place.startswith(("http://", "https://")):
        limits = FetchLimits()
        with open_client(limits) as client:
            return fetch(client, place, limits).content
    try:
        return Path(place).read_bytes()
    except OSError as error:
        raise InvalidInput(f"{place} cannot be read: {error.strerror}.") from error


def show(finished: FinishedRun, device: str, *, as_json: bool) -> None:
    """The output: all of it as JSON, or in short for a person."""
    output = json.loads(finished.output)
    if as_json:
        click.echo(json.dumps(output, indent=2, ensure_ascii=False))
        return
    click.echo(f"Computed in {finished.duration_ms:g} ms on {device}")
    for name, value in output.items():
        click.echo(f"  {name:<22}{_short(value)}")
    for figure in finished.figures:
        click.echo(f"  figure {figure.name}: {figure.description}")


def _short(value: Any) -> str:
    if isinstance(value, list) and len(value) > 8:
        last = _short(value[-1])
        return f"{len(value)} values" + (f", the last {last}" if len(last) < 40 else "")
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else text[:99] + "…"


def keep_figures(finished: FinishedRun, folder: Path) -> None:
    """Write each figure as Vega-Lite, SVG and PNG, and one that moves as GIF, too."""
    folder.mkdir(parents=True, exist_ok=True)
    for figure in finished.figures:
        spec = json.loads(figure.specification)
        (folder / f"{figure.name}.json").write_text(figure.specification, encoding="utf-8")
        (folder / f"{figure.name}.svg").write_text(svg_of(spec), encoding="utf-8")
        (folder / f"{figure.name}.png").write_bytes(png_of(spec))
        if figure.is_animated:
            (folder / f"{figure.name}.gif").write_bytes(gif_of(spec))
        click.echo(f"{folder / figure.name}.svg .png .json{' .gif' if figure.is_animated else ''}", err=True)
