"""The words by which a page of links is understood: hosts, headings, languages, emoji, misprints. All are data."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from service.catalog.names import fold

LONGEST_PATH = 300  # characters of a path that patterns look at: they backtrack


@dataclass(frozen=True)
class TypeHint:
    """A media type that a part of a URL speaks for, and how surely."""

    media_type: str
    confidence: float  # 0..1


@dataclass(frozen=True)
class HostRule:
    """What a host, or some of its paths, holds."""

    host: str
    path: str  # a pattern: "*" is anything
    hint: TypeHint
    name: str  # the publisher's, "" when unknown

    def fits(self, path: str) -> bool:
        """Whether a path has the rule's pattern."""
        return fnmatchcase(path[:LONGEST_PATH], self.path)


def is_host(host: str, domain: str) -> bool:
    """Whether `host` is `domain` or below it; "paperspace.com" is not "paper"."""
    return host == domain or host.endswith("." + domain)


@dataclass(frozen=True)
class PageWords:
    """Word lists, folded (see `names.fold`), for reading pages."""

    hosts: tuple[HostRule, ...] = ()
    host_labels: Mapping[str, TypeHint] = field(default_factory=dict)
    path_segments: Mapping[str, TypeHint] = field(default_factory=dict)
    extensions: Mapping[str, TypeHint] = field(default_factory=dict)
    badge_hosts: tuple[str, ...] = ()
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by their list's name in page_words.yaml
    emoji: Mapping[str, str] = field(default_factory=dict)  # to media types
    languages: Mapping[str, str] = field(default_factory=dict)  # folded names to BCP 47 tags
    typos: Mapping[str, str] = field(default_factory=dict)
    typo_pattern: re.Pattern[str] = re.compile(r"(?!)")

    def rule_for(self, host: str, path: str) -> HostRule | None:
        """The first rule that fits a host, or a domain above it, and a path."""
        labels = host.split(".")
        domains = (".".join(labels[i:]) for i in range(len(labels)))
        rules = (rule for domain in domains for rule in self._rules_by_host.get(domain, ()))
        return next((rule for rule in rules if rule.fits(path)), None)

    @cached_property
    def _rules_by_host(self) -> Mapping[str, Sequence[HostRule]]:
        by_host: dict[str, list[HostRule]] = {}
        for rule in self.hosts:
            by_host.setdefault(rule.host, []).append(rule)
        return by_host

    def says(self, kind: str, text: str) -> bool:
        """Whether `text`, folded, holds one of the phrases of the list `kind`."""
        pattern = self._phrases.get(kind)
        return bool(pattern and pattern.search(fold(text)))

    @cached_property
    def _phrases(self) -> Mapping[str, re.Pattern[str]]:
        return {kind: _any_of(phrases) for kind, phrases in self.words.items() if kind.endswith("_phrases")}

    def has(self, kind: str, name: str) -> bool:
        """Whether `name`, folded, is in the list `kind`."""
        return fold(name) in self.words.get(kind, frozenset())


def page_words(
    hosts: Mapping[str, Any], words: Mapping[str, Any], languages: Mapping[str, Any], typos: Mapping[str, str]
) -> PageWords:
    """Put the word lists together from their files' contents."""
    lists = {name: frozenset(map(fold, entry)) for name, entry in words.items() if name != "emoji"}
    return PageWords(
        hosts=tuple(_host_rule(rule) for rule in hosts["hosts"]),
        host_labels=_hints(hosts["host_labels"]),
        path_segments=_hints(hosts["path_segments"]),
        extensions=_hints(hosts["extensions"]),
        badge_hosts=tuple(hosts["badge_hosts"]),
        words=lists,
        emoji={symbol: kind for kind, symbols in words["emoji"].items() for symbol in symbols},
        languages={fold(name): tag for tag, names in languages.items() for name in names},
        typos={wrong.casefold(): right for wrong, right in typos.items()},
        typo_pattern=_any_of(typos),
    )


def _host_rule(rule: Mapping[str, Any]) -> HostRule:
    hint = TypeHint(rule["type"], rule["confidence"])
    return HostRule(rule["host"], rule.get("path", "*"), hint, rule.get("name", ""))


def _hints(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, TypeHint]:
    return {word: TypeHint(entry["type"], entry["confidence"]) for word, entry in entries.items()}


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
