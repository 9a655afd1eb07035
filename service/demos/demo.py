"""What a demo declares, and what a run of it gives. `registry` lists the demos; the runner runs them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, TypeAlias

from marshmallow import Schema, ValidationError

from service.config import bundled
from service.demos.figures import Figure
from service.demos.lengths import too_long
from service.errors import DemoUnavailable, Fault, InvalidInput

Parameters: TypeAlias = dict[str, Any]

CPU, CUDA = "cpu", "cuda"


class Progress(Protocol):
    """Called by a demo as it goes, often enough to be cancelled: whoever listens may raise."""

    def __call__(self, fraction: float, message: str = "") -> None:
        """`fraction` is 0..1, `message` what is being done."""


@dataclass(frozen=True)
class DemoResult:
    """What a run gives: an output that is JSON as it stands (null for what is no number), and figures by name."""

    output: dict[str, Any]
    figures: dict[str, Figure]


Run: TypeAlias = Callable[[Parameters, str, Progress], DemoResult]  # resolved parameters, seed


@dataclass(frozen=True)
class Demo:
    """A runnable illustration of topics: one file of the room declares one, `registry` lists it."""

    id: str
    title: str
    description: str
    version: str  # grows whenever equal parameters and seed may give another output
    topics: tuple[str, ...]  # by name or alias; the graph decides which of its topics these are
    parameters: type[Schema]  # every field has a default, so that {} is the default run
    presets: Mapping[str, Parameters]  # by name; each holds only what differs from the defaults
    figures: Mapping[str, str]  # every figure that a run may give, and what it shows
    cost_s: Callable[[Parameters], float]  # rough seconds on one ordinary core
    run: Run
    warm_up: Callable[[], None]  # loads and compiles what a process needs before its first run
    lack: Callable[[], str | None] = lambda: None  # what it lacks to run on this machine, told for people
    uses_seed: bool = True  # False: nothing is left to chance, and every seed gives the same output
    run_on_gpu: Run | None = None  # the same on a GPU, for a demo that is worth one
    libraries: tuple[str, ...] = ()  # what else than NumPy and numba it computes with, by the names of their packages

    @property
    def devices(self) -> tuple[str, ...]:
        """Where it can compute, on a machine that has the device."""
        return (CPU,) if self.run_on_gpu is None else (CPU, CUDA)


def needs_files(*names: str) -> Callable[[], str | None]:
    """The `lack` of a demo that computes with files below `data/`."""

    def lack() -> str | None:
        missing = [name for name in names if not (bundled("data") / name).is_file()]
        return f"data/{missing[0]} is not installed." if missing else None

    return lack


def needs_torch() -> str | None:
    """The `lack` of a demo that computes with torch, an extra. Does not load it."""
    if find_spec("torch"):
        return None
    return "torch is not installed; the extra coursegraph[torch] brings it: pip install -e '.[torch]' in its sources."


def later(place: str) -> Callable[..., Any]:
    """The function at "module:name", imported when it is first called.

    For what computes: the processes that only list demos and check parameters do without its libraries.
    """

    def call(*arguments: Any) -> Any:
        module, name = place.split(":")
        return getattr(import_module(module), name)(*arguments)

    return call


def require_here(demo: Demo) -> None:
    """Raise DemoUnavailable, which says what it lacks, when a demo cannot run on this machine."""
    lack = demo.lack()
    if lack is not None:
        raise DemoUnavailable(demo.id, lack)


def resolve_parameters(demo: Demo, given: Mapping[str, Any]) -> Parameters:
    """Check parameters and fill in the defaults; InvalidInput points at each wrong one ("/hidden_layers/2")."""
    schema = demo.parameters()
    faults = list(too_long(schema, given))
    if faults:
        raise _not_taken(demo, faults)
    try:
        return dict(schema.load(given))
    except ValidationError as error:
        raise _not_taken(demo, _faults(error.messages, "")) from error


def _not_taken(demo: Demo, faults: list[Fault]) -> InvalidInput:
    told = "; ".join(f"{fault.pointer[1:] or 'parameters'}: {fault.detail}" for fault in faults)
    return InvalidInput(f"The {demo.id} demo does not take these parameters. {told}", faults)


def _faults(messages: Any, pointer: str) -> list[Fault]:
    """Flatten marshmallow's nested messages; "_schema" means the object itself."""
    if not isinstance(messages, Mapping):
        return [Fault(pointer, str(message)) for message in messages]
    places = {key: pointer if key == "_schema" else f"{pointer}/{_escaped(key)}" for key in messages}
    return [fault for key, inner in messages.items() for fault in _faults(inner, places[key])]


def _escaped(key: Any) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")
