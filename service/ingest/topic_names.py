"""Every name that a heading gives its topic, and how well each one names it.

label     the topic itself: "Learning by Gradient Descent"
synonym   as good as the label: "GD" from "(GD)", and what the vocabulary knows as the same: "gradient descent"
part      one of several subjects that the heading joins: "dropout" of "Regularization (dropout, batch normalization)"
hidden    a printed typo: found, never shown
"""

import re
from collections.abc import Iterable, Sequence

from service.catalog.names import fold
from service.catalog.vocabulary import Vocabulary
from service.ingest.page import PageTopic

Names = list[tuple[str, str]]  # (name, kind)

LONGEST_RING_NAME = 5  # words

_JOINED = re.compile(r"\s+(?:and|&)\s+|\s*/\s*|\s*,\s+(?:and\s+)?")
_SUSPENDED = re.compile(r"^(?P<first>\w+)-$")  # "Single-" of "Single- and multi-layer neural network"


def topic_names(topic: PageTopic, parent: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> Names:
    """The names of a topic, given those of the topic that it is nested in."""
    names: Names = [(topic.label, "label")]
    if topic.is_bland:
        names += [(f"{name} {bare_label(topic)}", "synonym") for name, kind in parent if kind != "hidden"]
    else:
        alias_kind = "synonym" if len(topic.aliases) == 1 else "part"
        names += [(alias, alias_kind) for alias in topic.aliases]
        names += [(part, "part") for part in joined_parts(topic.label)]
        names += [same for known, kind in list(names) for same in _same_as(known, kind, vocabulary)]
    return names + [(name, "hidden") for name in topic.hidden_labels]


def bare_label(topic: PageTopic) -> str:
    """A bland topic's own word: "Definition" of "Logistic regression: Definition"."""
    return topic.label.rsplit(": ", 1)[-1]


def joined_parts(label: str) -> list[str]:
    """The subjects that a label joins: "CNN and Conv2D" -> ["CNN", "Conv2D"]; none when it joins nothing."""
    parts = [part for part in _JOINED.split(label) if part]
    if len(parts) < 2:
        return []
    suspended = _SUSPENDED.match(parts[0])
    if suspended and "-" in parts[1]:
        parts[0] = f"{suspended['first']}-{parts[1].split('-', 1)[1]}"
    return parts


def _same_as(name: str, kind: str, vocabulary: Vocabulary) -> Iterable[tuple[str, str]]:
    """What the vocabulary knows as the same, for the whole name and for words in it ("GD for NN")."""
    ring = vocabulary.ring_of(fold(name))
    weaker = "synonym" if kind == "label" else kind
    yield from ((other, weaker) for other in ring)
    if not ring:
        spelled_out = _spell_out(name, vocabulary)
        if spelled_out != fold(name):
            yield spelled_out, weaker


def _spell_out(name: str, vocabulary: Vocabulary) -> str:
    """Each known name inside by its preferred one: "GD for NN" -> "gradient descent for neural network"."""
    words = fold(name).split()
    out: list[str] = []
    while words:
        length = next(
            (n for n in range(min(LONGEST_RING_NAME, len(words)), 0, -1) if vocabulary.ring_of(" ".join(words[:n]))), 0
        )
        out.append(vocabulary.ring_of(" ".join(words[:length]))[0] if length else words[0])
        words = words[max(length, 1) :]
    return " ".join(out)
