"""coursegraph demo: run a demo here and now, and keep its figures."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from service.config import read_settings
from service.demos.devices import DEVICES
from service.demos.kernel_cache import hold, kernel_cache_dir
from service.demos.warm_child import ONE_THREAD


@click.command()
@click.argument("name", required=False)
@click.option(
    "--set", "given", multiple=True, metavar="NAME=VALUE", help="A parameter; VALUE is JSON, plain text, @FILE or @URL."
)
@click.option("--preset", help="Start from a preset of the demo.")
@click.option("--seed", default="0", show_default=True, help="Equal seeds give equal runs.")
@click.option("--device", type=click.Choice(DEVICES), default="auto", show_default=True, help="Where to compute.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for figures (svg, png, json, gif)."
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole output as JSON.")
def demo(  # noqa: PLR0913, PLR0917  # one for each option
    name: str | None,
    given: Sequence[str],
    preset: str | None,
    seed: str,
    device: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Run the demo NAME; without a name, list the demos."""
    settings = read_settings()
    hold(os.environ.setdefault("NUMBA_CACHE_DIR", str(kernel_cache_dir(settings.state_path))))
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))  # results depend on it: the same run over REST has one, too
    from service.cli import demo_run  # noqa: PLC0415  # numba and numpy read these when they are first imported

    if name is None:
        demo_run.list_demos()
    else:
        finished, computed_on = demo_run.run(name, demo_run.Wanted(preset, given, seed, device, settings.device))
        demo_run.show(finished, computed_on, as_json=as_json)
        if out:
            demo_run.keep_figures(finished, out)
