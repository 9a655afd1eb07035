"""What the processes of the service say of themselves: one line an event, for people or, as JSON, for machines.

Rooms log with `logging` and put what a machine may want to know into `extra`; nothing that looks like a secret gets
out, wherever it stands in a line.
"""

import contextlib
import logging
import os
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson

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
LogNews = Callable[..., None]  # an event, and facts by name
_Line = MutableMapping[str, Any]


@dataclass(frozen=True)
class LogOptions:
    """How to tell it, and what: `format` is json, console, or auto (console on a terminal)."""

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
    from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name  # noqa: PLC0415

    formatter = ProcessorFormatter(
        foreign_pre_chain=[add_logger_name, add_log_level, ExtraAdder()],
        processors=[
            ProcessorFormatter.remove_processors_meta,
            *_common(process, facts),
            _renderer(options),
            _without_secrets,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=max(logging.WARNING, options.threshold), force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(options.threshold)


def quick_logger(options: LogOptions, process: str) -> LogNews:
    """A logger of news for every request, at a tenth of the cost of `logging`.

    It looks for no secrets: hand it no text that somebody else wrote.
    """
    if options.threshold > logging.INFO:
        return no_news
    origin = {"process": process, "pid": os.getpid()}
    render = _json if options.is_json else partial(_for_people, _renderer(options))
    where = sys.stderr.fileno()

    def log(event: str, **facts: Any) -> None:
        line = {"timestamp": datetime.now(UTC), "level": "info", "event": event, **facts, **origin}
        with contextlib.suppress(OSError):  # nobody reads the log any more: no reason to answer no more
            os.write(where, render(line))

    return log


def _json(line: _Line) -> bytes:
    return orjson.dumps(line, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


def _for_people(render: Callable[..., bytes], line: _Line) -> bytes:
    return render(None, "info", {**line, "timestamp": line["timestamp"].isoformat()}) + b"\n"


def no_news(_event: str, **_facts: Any) -> None:
    """Log nothing."""


def _common(process: str, facts: Facts) -> list[Any]:
    import structlog  # noqa: PLC0415

    origin = {"process": process, "pid": os.getpid()}

    def complete(_logger: Any, _method: str, line: _Line) -> _Line:
        first = {"timestamp": line.pop("timestamp"), "level": line.pop("level"), "event": line.pop("event")}
        return {**first, **line, **origin, **facts()}

    return [structlog.processors.TimeStamper(fmt="iso", utc=True), complete]


def _renderer(options: LogOptions) -> Callable[..., bytes]:
    import structlog  # noqa: PLC0415

    if options.is_json:
        return partial(_as_json, structlog.processors.format_exc_info)
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, sort_keys=False
    )
    return lambda *line: str(console(*line)).encode("utf-8", "backslashreplace")


def _as_json(format_exception: Callable[..., _Line], logger: Any, method: str, line: _Line) -> bytes:
    return orjson.dumps(format_exception(logger, method, line), default=repr)


def _without_secrets(_logger: Any, _method: str, rendered: Any) -> str:
    return _SECRETS.sub(b"[secret]", rendered).decode("utf-8", "replace")
