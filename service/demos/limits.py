"""What workers are told when they start: the bounds that keep runs from harming anything else, and where to work."""

from dataclasses import dataclass, field

from service.logs import LogOptions
from service.webhooks.limits import WebhookLimits

MB = 1_000_000  # bytes


@dataclass(frozen=True)
class RunLimits:
    """How much one run may take, how many may wait, and how long results are kept."""

    time_s: float = 60.0
    memory_mb: int = 2048  # of the process that computes, all in all
    result_bytes: int = 32_000_000  # output and figures together, as JSON
    queue: int = 64
    keep_days: float = 30.0
    keep_runs: int = 10_000
    lease_s: float = 15.0  # a worker that is silent for so long is held to be dead
    attempts: int = 3  # workers that may die on a run before it is given up
    webhooks: int = 1000  # messages that may wait to be sent
    idle_poll_s: float = 0.1  # longest time between two looks for work, where none has come for a while


@dataclass(frozen=True)
class WorkerOptions:
    """What a worker needs to know; `demos` is where the list of demos is, `kernels` the folder of compiled loops."""

    database_url: str
    limits: RunLimits
    kernels: str = ""
    demos: str = "service.demos.registry:DEMOS"
    webhooks: WebhookLimits = field(default_factory=WebhookLimits)
    state_dir: str = ""  # where processes say that they live; empty: nowhere
    logs: LogOptions = field(default_factory=LogOptions)


@dataclass(frozen=True)
class Crew:
    """So many workers, one process that draws, and one that sends webhooks."""

    options: WorkerOptions
    workers: int
