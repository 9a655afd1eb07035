"""What the processes of the service say of themselves: one line an event, for people or, as JSON, for machines.

Rooms log with `logging` and put what a machine may want to know into `extra`; nothing that looks like a secret gets
out, wherever it stands in a line.
"""

import logging
import os
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
import structlog
from structlog.stdlib import ExtraAdder, ProcessorFormatter

FORMATS = ("auto", "json", "console")
LEVELS = ("debug", "info", "warning", "error")
# Ours, and the web server's. Others' news is none: httpx would tell every URL, with whatever is in it.
_OURS = ("service", "_granian")
_SECRETS = re.compile(
    rb"""\bcg_[\w-]{8,}                        # our keys
    | \bwhsec_[\w+/=-]{8,}                     # those that sign webhooks
    | (?<=bearer[ ])[^\s"']+ | (?<=basic[ ])[^\s"']+
    | (?<=://)[^/\s"'@]+(?=@)                  # name and password in a URL
    """,
    re.VERBOSE | re.IGNORECASE,
)

Facts = Callable[[], Mapping[str, Any]]
Line = MutableMapping[str, Any]


@dataclass(frozen=True)
class LogOptions:
    """How to tell it, and what: `format` is one of FORMATS (auto: console on a terminal), `level` one of LEVELS."""

    format: str = "auto"
    level: str = "info"

    @property
    def is_json(self) -> bool:
        """Whether lines are for machines."""
        return self.format == "json" or (self.format == "auto" and not sys.stderr.isatty())

    @property
    def threshold(self) -> int:
        """The level, as `logging` counts."""
        return logging.getLevelNamesMapping()[self.level.upper()]


def set_up(options: LogOptions, process: str, facts: Facts = dict) -> None:
    """Have all that this process logs written to standard error; each line names the process, and `facts()`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, structlog.stdlib.add_log_level, ExtraAdder()],
            processors=[
                ProcessorFormatter.remove_processors_meta,
                *_common(process, facts),
                partial(_render, options),
                _without_secrets,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(logging.WARNING, options.threshold), force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(options.threshold)


def quick_logger(options: LogOptions, process: str) -> Callable[..., None]:
    """A logger of news by event and facts, for every request: a quarter of the cost of `logging`.

    It looks for no secrets: hand it no text that somebody else wrote.
    """
    if options.threshold > logging.INFO:
        return lambda *_event, **_facts: None
    logger = structlog.wrap_logger(
        structlog.BytesLogger(sys.stderr.buffer),
        [structlog.stdlib.add_log_level, *_common(process, dict), partial(_render, options)],
        structlog.BoundLogger,
    ).bind()
    quick: Callable[..., None] = logger.info
    return quick


def _common(process: str, facts: Facts) -> list[Any]:
    origin = {"process": process, "pid": os.getpid()}

    def add(_logger: Any, _method: str, line: Line) -> Line:
        first = {"timestamp": line.pop("timestamp"), "level": line.pop("level"), "event": line.pop("event")}
        return {**first, **line, **origin, **facts()}

    return [structlog.processors.TimeStamper(fmt="iso", utc=True), add]


def _render(options: LogOptions, _logger: Any, _method: str, line: Line) -> bytes:
    if options.is_json:
        return orjson.dumps(structlog.processors.format_exc_info(None, "", line), default=repr)
    return _CONSOLE(None, "", line).encode("utf-8", "backslashreplace")


def _without_secrets(_logger: Any, _method: str, rendered: Any) -> str:
    return _SECRETS.sub(b"[secret]", rendered).decode("utf-8", "replace")


_CONSOLE = structlog.dev.ConsoleRenderer(
    colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, sort_keys=False
)
