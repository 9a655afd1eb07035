"""Public gold of prerequisites, and our own curriculum, read into one shape.

None of the public sets is kept here. To get them:

    git clone https://github.com/Yale-LILY/LectureBank
    git clone https://github.com/metacademy/metacademy-content
"""

import csv
import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import networkx as nx

from service.config import bundled

Edge = tuple[int, int]  # rows of the labels, the prerequisite first
HOW_TO_GET = (__doc__ or "").split("\n\n", 1)[1]
CURRICULUM = bundled("data") / "models" / "prerequisites" / "curriculum.txt"
# 208topics.csv and its annotation number the last topics differently: two rows between 205 and 208 were taken out of
# the list, not of the annotation. (208 of the annotation is needed by half of all topics: it is "data structures and
# algorithms", not "relational databases".) Rows about the two that no list names are left out.
RENUMBERED_208 = {208: 206, 209: 207, 210: 208, 211: 209}
UNNAMED_208 = {206, 207}


@dataclass(frozen=True)
class GoldSet:
    """Labels, pairs that are prerequisites, ordered pairs that are not, and pairs two steps apart."""

    name: str
    labels: tuple[str, ...]
    positive: tuple[Edge, ...]
    negative: tuple[Edge, ...]
    two_steps: tuple[Edge, ...] = ()  # needed, though not directly


class Repository:
    """Committed files of a clone, bare or not."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, name: str) -> str:
        """A file's text at HEAD."""
        return self._git("show", f"HEAD:{name}")

    def names(self, folder: str) -> list[str]:
        """All files under a folder at HEAD."""
        return self._git("ls-tree", "-r", "--name-only", "HEAD", folder).splitlines()

    def _git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.path), *arguments]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace")


def lecturebank_208(repository: Repository) -> GoldSet:
    """Topics of natural language processing (Li et al., 2019); each pair is annotated."""
    rows = csv.reader(repository.read("LB-Paper/208topics.csv").lstrip("\ufeff").splitlines())
    topics = {int(row[0]): row[1] for row in rows}
    annotation = [
        (RENUMBERED_208.get(a, a), RENUMBERED_208.get(b, b), needed)
        for a, b, needed in _annotation(repository.read("LB-Paper/prerequisite_annotation.csv"))
        if not {a, b} & UNNAMED_208
    ]
    return _annotated("208", topics, annotation)


def lecturebank_322(repository: Repository) -> GoldSet:
    """Topics of language and machine learning (Li et al., 2020)."""
    folder = "LB-Paper/LectureBank2/data"
    lines = [line.split("|") for line in repository.read(f"{folder}/322topics_final.tsv").splitlines()]
    annotation = _annotation(repository.read(f"{folder}/final_new_annotation.csv"))
    return _annotated("322", {int(number): label for number, label in lines}, annotation)


def metacademy(repository: Repository) -> GoldSet:
    """Concepts of machine learning and the mathematics under it; each lists what it directly needs."""
    names = [name for name in repository.names("concepts") if "ANNOTATED_EXAMPLE" not in name]
    titles = {name.split("/")[1]: name for name in names if name.endswith("/title.txt")}
    lists = {name.split("/")[1]: name for name in names if name.endswith("/dependencies.txt")}
    rows = {tag.replace("-", "_"): row for row, tag in enumerate(titles)}
    edges = [
        (rows[tag.replace("-", "_")], rows[concept.replace("-", "_")])
        for concept, name in lists.items()
        if concept in titles
        for tag in re.findall(r"^\s*tag:\s*(\S+)", repository.read(name), re.MULTILINE)
        if tag.replace("-", "_") in rows
    ]
    return _graph("metacademy", [repository.read(name).strip() for name in titles.values()], edges)


def curriculum(path: Path = CURRICULUM) -> GoldSet:
    """What a teacher would have learners know first, written for this project."""
    lines = [line.split(":") for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    rows = {line[0].strip(): row for row, line in enumerate(lines)}
    needed = [(a.strip(), line[0].strip()) for line in lines if len(line) > 1 for a in line[1].split(";")]
    return _graph("curriculum", list(rows), [(rows[a], rows[b]) for a, b in needed])


def lectures(repository: Repository) -> list[list[tuple[int, str]]]:
    """Courses of at least six numbered lectures: (number, title) of each lecture."""
    courses: dict[tuple[str, ...], list[tuple[int, str]]] = defaultdict(list)
    rows = [line.split("\t") for line in repository.read("LB-Paper/lecturebank3.tsv").splitlines()[1:]]
    for _, title, _, _, year, teacher, path, place in (row for row in rows if len(row) == 8):
        folder, _, file = path.rpartition("/")
        number = _lecture_number(file) or _lecture_number(title)
        if number is not None:
            courses[folder, year, teacher, place].append((number, title))
    return [course for course in courses.values() if len({number for number, _ in course}) >= 6]


def _lecture_number(name: str) -> int | None:
    pattern = r"(?:lec(?:ture)?|week|class|session|slides?|l)[ _\-]*0*(\d{1,2})(?!\d)|^0*(\d{1,2})[_\- .]"
    found = re.search(pattern, name.lower())
    return int(found[1] or found[2]) if found else None


def _annotation(text: str) -> list[tuple[int, int, bool]]:
    rows = [line.strip().split(",") for line in text.splitlines() if line.strip()]
    return [(int(a), int(b), needed == "1") for a, b, needed in rows]


def _annotated(name: str, topics: dict[int, str], annotation: list[tuple[int, int, bool]]) -> GoldSet:
    rows = {number: row for row, number in enumerate(sorted(topics))}
    positive = {(rows[a], rows[b]) for a, b, needed in annotation if needed}
    negative = {(rows[a], rows[b]) for a, b, _ in annotation} - positive
    labels = tuple(topics[number] for number in sorted(topics))
    return GoldSet(name, labels, tuple(sorted(positive)), tuple(sorted(negative)))


def _graph(name: str, labels: list[str], edges: list[Edge]) -> GoldSet:
    """A set whose pairs follow from a graph: what no path leads along is not a prerequisite."""
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(len(labels)))
    needed = {(a, b) for a in graph for b in nx.descendants(graph, a)}
    two_steps = {(a, c) for a, b in edges for c in graph.successors(b) if a != c} - set(edges)
    negative = [(a, b) for a in graph for b in graph if a != b and (a, b) not in needed]
    return GoldSet(name, tuple(labels), tuple(sorted(set(edges))), tuple(sorted(negative)), tuple(sorted(two_steps)))
