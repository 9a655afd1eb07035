"""What can go wrong, in the product's own words. No HTTP here: the doors translate.

CoursegraphError
├── InvalidInput            a value that cannot be used: which field, and why
│   └── PageError           a page that cannot be read: which page, which line
├── NotFound                nothing has this id
├── Gone                    something had this id; it was removed
├── Merged                  something had this id; its survivor has another
├── CursorExpired           a cursor of changes that this catalog cannot go on after
├── Refused                 the request is understood, and what it asks would break a rule
│   ├── CycleError          a prerequisite that closes a cycle
│   ├── TooManyRemovals     a page that would remove more than the bound
│   ├── StaleVersion        an edit based on an older version
│   ├── UndoConflict        an undo of what has been changed since
│   └── UndoneAlready       an undo of what has been undone
├── FetchError              a URL that could not be fetched
│   └── BlockedAddress      a URL that leads to a private or loopback address
├── BackupError             a backup that cannot be written, or cannot be used
├── KeyRefused              an API key that is missing or too narrow
│   └── KeyInvalid          a key or token that was sent, and is unknown, expired, revoked or forged
└── Unavailable             it would work at another time or place: when to try again
    ├── QueueFull           no room for another run
    ├── DeviceUnavailable   the asked device is not on this machine
    ├── DemoUnavailable     a demo that cannot run here: what it lacks
    ├── ModelUnavailable    a model whose file is missing or damaged
    └── IndexUnavailable    a search index that is missing or damaged
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One wrong value: a JSON pointer to it (RFC 6901; "" is the whole) and what is wrong."""

    pointer: str
    detail: str


class CoursegraphError(Exception):
    """The root of all errors that a door translates; `str(error)` is fit for a person."""


class InvalidInput(CoursegraphError):
    """A value that cannot be used."""

    def __init__(self, detail: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(detail)
        self.faults = tuple(faults)


class PageError(InvalidInput):
    """A page that cannot be read."""

    def __init__(self, source: str, detail: str, line: int | None = None) -> None:
        place = source if line is None else f"{source}:{line}"
        super().__init__(f"{place}: {detail}", [Fault("", detail)])
        self.source = source
        self.line = line


class NotFound(CoursegraphError):
    """Nothing has this id."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"There is no {kind} {id!r}.")
        self.kind = kind
        self.id = id


class Gone(CoursegraphError):
    """Something had this id and was removed; ids are never reused."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"The {kind} {id!r} is gone: no page names it any more, or a curator deleted it.")
        self.kind = kind
        self.id = id


class Merged(CoursegraphError):
    """Something had this id and was merged into `survivor`."""

    def __init__(self, kind: str, id: str, survivor: str) -> None:
        super().__init__(f"The {kind} {id!r} was merged into {survivor!r}.")
        self.kind = kind
        self.id = id
        self.survivor = survivor


class CursorExpired(CoursegraphError):
    """This catalog never was where a cursor of changes says: it is another one's, or was restored from a backup."""

    def __init__(self) -> None:
        super().__init__(
            "The feed cannot go on after this cursor: the catalog has another history. Take a new cursor "
            "(since=now), read the lists again, and go on from there."
        )


class Refused(CoursegraphError):
    """Understood, but it would break a rule."""


class CycleError(Refused):
    """A prerequisite that closes a cycle: `path` starts and ends with the same topic.

    `weakest` is the least confident edge on it, as (prerequisite, dependent): the one to doubt first.
    """

    def __init__(self, path: Sequence[str], weakest: tuple[str, str]) -> None:
        super().__init__(f"This closes a cycle: {' -> '.join(path)}. Its weakest edge is {' -> '.join(weakest)}.")
        self.path = tuple(path)
        self.weakest = weakest


class TooManyRemovals(Refused):
    """A page's new edition would remove more of its resources than the bound allows unconfirmed."""

    def __init__(self, page: str, removed: int, total: int) -> None:
        super().__init__(
            f"{page}: this edition removes {removed} of {total} resources. "
            "Confirm the removals if that is meant; if it is another page, give it another name. Nothing was changed."
        )
        self.page = page
        self.removed = removed
        self.total = total


class StaleVersion(Refused):
    """An edit based on an older version than the current one."""

    def __init__(self, current: int) -> None:
        super().__init__(f"It has changed since: its version is {current}.")
        self.current = current


class UndoConflict(Refused):
    """An undo of what has been changed since.

    `conflicts` are {table, key, before, after}: the fields as the act left them, and as they are now.
    """

    def __init__(self, conflicts: Sequence[dict[str, Any]]) -> None:
        fields = ", ".join(f"{c['table']} {c['key']}: {', '.join(c['before'] or c['after'])}" for c in conflicts)
        super().__init__(f"It has been changed since ({fields}); nothing was undone.")
        self.conflicts = tuple(conflicts)


class UndoneAlready(Refused):
    """An undo of an act that was undone already, by the audit's entry `undone_by`."""

    def __init__(self, number: int, undone_by: int) -> None:
        super().__init__(f"Entry {number} has been undone already, by entry {undone_by}; undo that to have it back.")
        self.undone_by = undone_by


class FetchError(CoursegraphError):
    """A URL that could not be fetched; `status` is HTTP's, where the server answered."""

    def __init__(self, url: str, reason: str, status: int | None = None) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason
        self.status = status


class BlockedAddress(FetchError):
    """A URL that leads to a private, loopback or link-local address."""


class BackupError(CoursegraphError):
    """A backup that cannot be written, or cannot be used: why. What was there before is there still."""


class KeyRefused(CoursegraphError):
    """An API key that does not open this. `missing_scope` is set when the key is good but too narrow."""

    def __init__(self, detail: str, missing_scope: str | None = None) -> None:
        super().__init__(detail)
        self.missing_scope = missing_scope


class KeyInvalid(KeyRefused):
    """A key or token that opens nothing: unknown, expired, revoked or forged."""


class Unavailable(CoursegraphError):
    """It would work at another time or place."""

    def __init__(self, detail: str, retry_after_s: int | None = None) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class QueueFull(Unavailable):
    """No room for another run now."""


class DeviceUnavailable(Unavailable):
    """The asked device is not on this machine."""


class DemoUnavailable(Unavailable):
    """A demo that lacks something on this machine, a file or a library."""

    def __init__(self, demo: str, lack: str) -> None:
        super().__init__(f"The {demo} demo cannot run here: {lack}")


class ModelUnavailable(Unavailable):
    """A model whose file is missing or damaged."""


class IndexUnavailable(Unavailable):
    """A search index that is missing or damaged; whoever writes it makes another."""
