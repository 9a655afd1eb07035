"""What a curator is asked, in words that a teacher understands, and what each answer does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

APPROVE, REJECT = "approve", "reject"


@dataclass(frozen=True)
class Thing:
    """What a question is about: a resource, a topic, a page, or a prerequisite between two topics."""

    type: str
    id: str
    label: str
    url: str | None = None


@dataclass(frozen=True)
class Choice:
    """One possible decision. `value` says what may be sent with it (required where `default` is null), if anything."""

    decision: str  # approve or reject
    does: str
    value: str | None = None  # title, media_type, url or survivor
    default: str | None = None  # what counts when none is sent


@dataclass(frozen=True)
class Doubt:
    """What a question's words are made of."""

    subject: Thing
    other: Thing | None = None
    suggestion: str | None = None
    is_assumed: bool = False  # of a prerequisite: whether it is accepted until somebody decides


@dataclass(frozen=True)
class Wording:
    """A question and its choices."""

    question: str
    choices: tuple[Choice, ...]


def worded(kind: str, doubt: Doubt) -> Wording:
    """The words of a question of one of the queue's kinds."""
    return _WORDINGS[kind](doubt)


def _hidden_link(doubt: Doubt) -> Wording:
    return Wording(
        f"The page's line does not show the link to “{doubt.subject.label}”, so it is hidden. Show it?",
        (
            Choice(APPROVE, "Shows it to everybody."),
            Choice(REJECT, "Keeps it hidden, for curators alone."),
        ),
    )


def _malformed_link(doubt: Doubt) -> Wording:
    does = "Asks no more about it. To mend it, correct the line and ingest the page again."
    return Wording(
        f"A link on “{doubt.subject.label}” cannot be read, so what it leads to is missing.", (Choice(REJECT, does),)
    )


def _weak_title(doubt: Doubt) -> Wording:
    title = doubt.subject.label
    return Wording(
        f"No title is stated for {doubt.subject.url}, so it is called “{title}”. What is its title?",
        (
            Choice(APPROVE, f"Makes the title you send its title; “{title}” where you send none.", "title", title),
            Choice(REJECT, "Leaves the title to the pages."),
        ),
    )


def _media_type(doubt: Doubt) -> Wording:
    guess = doubt.suggestion
    return Wording(
        f"Nothing says of what type “{doubt.subject.label}” is, so it counts as “{guess}”. Is it?",
        (
            Choice(APPROVE, f"Makes the type you send its type; “{guess}” where you send none.", "media_type", guess),
            Choice(REJECT, "Leaves the type to the pages."),
        ),
    )


def _same(doubt: Doubt) -> Wording:
    one, other = doubt.subject, doubt.other or Thing(doubt.subject.type, doubt.suggestion or "", "")
    where = f" ({one.url} and {other.url})" if one.url and other.url else ""
    both = f"the {one.type}s “{one.label}” and “{other.label}”{where}"
    return Wording(
        f"Are {both} one and the same?",
        (
            Choice(
                APPROVE,
                f"Merges “{one.label}” into “{other.label}”: from then on, the id {one.id} leads to {other.id}. "
                f"Send {one.id} to merge them the other way round.",
                "survivor",
                other.id,
            ),
            Choice(REJECT, "Keeps both."),
        ),
    )


def _moved_link(doubt: Doubt) -> Wording:
    return Wording(
        f"“{doubt.subject.label}” has moved from {doubt.subject.url} to {doubt.suggestion}. Should we link there?",
        (
            Choice(APPROVE, "Puts the new address, or the one you send.", "url", doubt.suggestion),
            Choice(REJECT, "Keeps the old address."),
        ),
    )


def _broken_link(doubt: Doubt) -> Wording:
    asked = f"The link to “{doubt.subject.label}”, {doubt.subject.url}, does not work. What should become of it?"
    archived = f"the archived copy {doubt.suggestion} in its place, or " if doubt.suggestion else ""
    return Wording(
        asked,
        (
            Choice(APPROVE, f"Puts {archived}the address you send.", "url", doubt.suggestion),
            Choice(REJECT, "Leaves it marked as broken until it answers again."),
        ),
    )


def _pending_removal(doubt: Doubt) -> Wording:
    return Wording(
        f"A new edition of “{doubt.subject.label}” leaves out many resources, so it was not taken in. Is that meant?",
        (
            Choice(APPROVE, "Lets exactly this edition in: ingest the page again."),
            Choice(REJECT, "Keeps the page as it is; ingest another edition, or confirm the removals there."),
        ),
    )


def _prerequisite(doubt: Doubt) -> Wording:
    earlier, _, later = doubt.subject.label.partition(" → ")
    asked = f"Should one know “{earlier}” before “{later}”?"
    meanwhile = "So far, learning paths " + ("say so." if doubt.is_assumed else "do not ask for it.")
    return Wording(
        f"{asked} {meanwhile}",
        (
            Choice(APPROVE, f"“{earlier}” comes before “{later}”, whatever pages and models say."),
            Choice(REJECT, "The one does not need the other, whatever pages and models say."),
        ),
    )


_WORDINGS: Mapping[str, Callable[[Doubt], Wording]] = {
    "pending_removal": _pending_removal,
    "broken_link": _broken_link,
    "hidden_link": _hidden_link,
    "malformed_link": _malformed_link,
    "moved_link": _moved_link,
    "media_type": _media_type,
    "weak_title": _weak_title,
    "same_resource": _same,
    "same_topic": _same,
    "prerequisite": _prerequisite,
}
