"""Where a run computes: what was asked for, or an honest refusal. Never a silent CPU."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from service.demos.demo import CPU, CUDA, Demo, needs_torch
from service.errors import DeviceUnavailable

AUTO = "auto"
DEVICES = (AUTO, CPU, CUDA)
GPU_FILES = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")  # of NVIDIA's driver, in WSL, of AMD's


def choose_device(demo: Demo, asked: str, setting: str, has_gpu: Callable[[], bool]) -> str:
    """The device of a run: the request's wish, else the setting's; `auto` is the GPU where there is one.

    A demo that computes on the CPU alone does so unless the request itself asks for `cuda`: that is refused with
    DeviceUnavailable, as is a GPU that is wished for and not there.
    """
    if CUDA not in demo.devices:
        if asked == CUDA:
            raise DeviceUnavailable(f"The {demo.id} demo computes on the CPU alone. Ask for the device cpu or auto.")
        return CPU
    wished = setting if asked == AUTO else asked
    if wished == CPU:
        return CPU
    if has_gpu():
        return CUDA
    if wished == CUDA:
        raise DeviceUnavailable("No worker of this server has a GPU now. Ask for the device cpu.")
    return CPU


def devices_here(demos: Iterable[Demo]) -> tuple[str, ...]:
    """Where these demos can compute in this process. May load torch: not for web workers."""
    if needs_torch() or not _may_have_gpu() or not any(CUDA in demo.devices for demo in demos):
        return (CPU,)
    import torch  # noqa: PLC0415  # 200 MB and a second

    if not torch.cuda.is_available():
        return (CPU,)
    torch.zeros(1, device=CUDA)  # wakes it, so that no run waits for that
    return CPU, CUDA


def _may_have_gpu() -> bool:
    """Whether it is worth loading torch to look: on Linux not without a driver."""
    return sys.platform != "linux" or any(Path(file).exists() for file in GPU_FILES)


def what_computed(device: str) -> dict[str, str]:
    """What a run on this device adds to its versions: which GPU it was, and through which torch."""
    if device == CPU:
        return {}
    import torch  # noqa: PLC0415

    return {"torch": torch.__version__, "gpu": torch.cuda.get_device_name()}
