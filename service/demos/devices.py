"""Where a run computes: what was asked for, or an honest refusal. Never a silent CPU."""

from service.errors import DeviceUnavailable

DEVICES = ("auto", "cpu", "cuda")
COMPUTES_ON = ("cpu",)  # all demos so far


def choose_device(asked: str, setting: str) -> str:
    """The device of a run: the request's wish, else the setting's.

    `cuda` raises DeviceUnavailable, also where the setting wishes it; `auto` is the CPU.
    """
    wished = setting if asked == "auto" else asked
    if wished == "cuda":
        raise DeviceUnavailable("No demo computes on a GPU on this server. Ask for the device cpu or auto.")
    return "cpu"
