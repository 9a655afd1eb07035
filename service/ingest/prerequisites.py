"""What to learn first, by what one page shows: the order it teaches in, the names its lines mention, what it states.

Direction: prerequisite -> dependent. Nesting is never a prerequisite, and what is taught later is none of what is
taught earlier, unless the page says so in words. Beside the rules, a model may say what it makes of the names.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from service.catalog.names import fold
from service.catalog.prerequisites import MODEL, PARTS, STATED, PageEdge, combined
from service.catalog.vocabulary import Vocabulary
from service.ingest.course import Course, Piece
from service.ingest.course_names import CourseNames, Naming
from service.ingest.course_outline import CourseOutline
from service.ingest.opinion import Ends, Opinion
from service.ingest.teaching import Stated, TaughtPage, TaughtTopic

# How sure one piece of evidence makes us, on a page that teaches in order, with a name that is specific.
STATED_NAME = 0.95  # "Requires: gradient descent"
STATED_IN_WORDS = 0.8  # "Requires some basic linear algebra": the name is a part of what is printed
MENTION = 0.65  # a line of the later topic names the earlier one by its label or a synonym
MENTION_OF_PART = 0.6  # ... or by one of the subjects that it joins
NAME_CONTAINS = 0.7  # the later topic's name is made of the earlier one's: "GD for NN"
LEADS_TO = 0.45  # a line of the earlier topic holds all the words of the later one's name; not surer for more lines
LEADS_TO_ONE_WORD = 0.3  # ... when that is a single word
OPENS = 0.75  # "Definition" opens its subject, and the later topic lies inside that subject
TAUGHT_JUST_BEFORE = 0.25  # neighbours in the outline: enough to propose, never to accept
CHAPTER_BEFORE = 0.2  # their chapters are neighbours; counts only beside other evidence
SAME_CHAPTER = 0.15  # counts only beside other evidence
BY_PART = 0.5  # times the confidence of an edge between parts of two chapters: one alone never makes sure
SURE_PART = 0.5  # less sure edges between parts say nothing of their chapters

MOST_PIECES = 6  # of what a page shows for one edge; the surest are kept
MOST_PREREQUISITES = 20  # of one topic, by one page; the surest are kept
LONGEST_QUOTE = 100  # characters


def infer_prerequisites(
    page: TaughtPage,
    vocabulary: Vocabulary,
    elsewhere: Mapping[str, str] | None = None,
    opinion: Opinion | None = None,
) -> tuple[PageEdge, ...]:
    """Every edge that the page gives evidence for, in teaching order, however weak.

    `elsewhere` are topics of other pages by folded name: what this page states may come from there. `opinion` is a
    model's, which strengthens, weakens and adds edges.
    """
    outline = CourseOutline(page, vocabulary.teaching_words)
    course = Course(outline, CourseNames(outline, vocabulary))
    found: defaultdict[Ends, list[Piece]] = defaultdict(list)
    for rule in _RULES:
        _collect(found, rule(course))
    for ends, pieces in found.items():
        pieces.extend(_support(course, *ends, pieces))
    if opinion is not None:
        _collect(found, opinion.pieces(course, set(found)))
    _collect(found, _by_parts(course, found))
    _collect(found, _stated(course, elsewhere or {}))
    edges = [_edge(page.id, ends, found[ends]) for ends in sorted(found, key=outline.place)]
    return tuple(edge for _, of_one in groupby(edges, _dependent) for edge in _surest(list(of_one)))


def _collect(found: dict[Ends, list[Piece]], pieces: Iterable[tuple[Ends, Piece]]) -> None:
    for ends, piece in list(pieces):  # a rule may look at what was found before it
        found[ends].append(piece)


def _dependent(edge: PageEdge) -> str:
    return edge.dependent_id


def _surest(edges: list[PageEdge]) -> list[PageEdge]:
    """The surest of one topic's, still in teaching order."""
    bound = sorted(edge.confidence for edge in edges)[-MOST_PREREQUISITES:][0]
    return [edge for edge in edges if edge.confidence >= bound][:MOST_PREREQUISITES]


def _mentioned(course: Course) -> Iterator[tuple[Ends, Piece]]:
    """A topic's line names an earlier topic."""
    for naming in course.names.mentions:
        earlier = course.before(naming)
        if earlier is not None:
            base = MENTION_OF_PART if naming.named.kind in ("part", "hidden") else MENTION
            confidence = base * course.names.specificity(naming)
            detail = f"mentions “{naming.printed}”{_opened(naming, earlier)}: “{_quote(naming)}”"
            yield (earlier.id, naming.speaker.id), course.piece("mention", confidence, detail, naming.line)


def _contained(course: Course) -> Iterator[tuple[Ends, Piece]]:
    """A topic's own name is made of an earlier topic's."""
    for naming in course.names.contained():
        earlier = course.before(naming)
        if earlier is not None:
            confidence = NAME_CONTAINS * course.names.specificity(naming)
            detail = f"the name “{naming.text}” is made of “{naming.printed}”{_opened(naming, earlier)}"
            yield (earlier.id, naming.speaker.id), course.piece("mention", confidence, detail, naming.line)


def _leading(course: Course) -> Iterator[tuple[Ends, Piece]]:
    """An earlier topic's line treats what a later topic is about: that one goes on from there."""
    leads = course.names.leads()
    usage = course.names.usage(leads)
    once = {(naming.speaker.id, naming.named.topic.id): naming for naming in reversed(leads)}
    for naming in reversed(once.values()):
        earlier, later = naming.speaker, naming.named.topic
        if course.outline.is_required(earlier) and course.outline.is_required(later):
            base = LEADS_TO if len(course.names.content(naming.named.name)) > 1 else LEADS_TO_ONE_WORD
            confidence = base * course.names.specificity(naming, usage)
            detail = f"“{earlier.heading}” already treats “{naming.named.name}”: “{_quote(naming)}”"
            yield (earlier.id, later.id), course.piece("mention", confidence, detail, naming.line)


def _opening(course: Course) -> Iterator[tuple[Ends, Piece]]:
    """A definition or overview opens its subject: what is taught of that subject later builds on it."""
    for subject, opening in course.outline.openings.items():
        heading = course.outline.by_id[subject].heading
        for later in course.outline.later_inside(opening, course.outline.by_id[subject]):
            if course.outline.is_required(later):
                detail = f"“{opening.heading}” opens “{heading}”, and “{later.heading}” comes later in it"
                yield (opening.id, later.id), course.piece("order", OPENS, detail, opening.line)


def _neighbours(course: Course) -> Iterator[tuple[Ends, Piece]]:
    """Taught one right after the other, side by side in the outline; a subject's opening stands for it."""
    for earlier, later in course.outline.neighbours():
        detail = f"taught right after “{earlier.heading}” (line {earlier.line})"
        ends = course.outline.opening(earlier).id, course.outline.opening(later).id
        yield ends, course.piece("order", TAUGHT_JUST_BEFORE, detail, later.line)


_RULES = (_mentioned, _contained, _leading, _opening, _neighbours)


def _support(course: Course, prerequisite: str, dependent: str, pieces: Iterable[Piece]) -> list[Piece]:
    """Being close in the outline strengthens what lines and names say."""
    if any(piece["source"] == "order" for piece in pieces):
        return []
    earlier, later = course.outline.by_id[prerequisite], course.outline.by_id[dependent]
    chapters_apart = course.outline.nearness(earlier, later)
    if chapters_apart is None:
        return []
    confidence, where = (CHAPTER_BEFORE, "the chapter before") if chapters_apart else (SAME_CHAPTER, "the same chapter")
    return [course.piece("order", confidence, f"“{earlier.heading}” is taught earlier, in {where}", earlier.line)]


def _by_parts(course: Course, found: Mapping[Ends, Sequence[Piece]]) -> Iterator[tuple[Ends, Piece]]:
    """Where topics inside a chapter build on topics inside an earlier one, so does the chapter: by their openings."""
    outline = course.outline
    for (before, after), pieces in found.items():
        earlier, later = outline.chapter(before), outline.chapter(after)
        ends = outline.opening(earlier).id, outline.opening(later).id
        are_parts = earlier.id != before and later.id != after and earlier != later and ends != (before, after)
        sure = combined(pieces)
        if are_parts and outline.is_required(earlier) and sure >= SURE_PART:
            part, needed = outline.by_id[after], outline.by_id[before]
            detail = f"“{part.heading}” in “{later.heading}” builds on “{needed.heading}” in “{earlier.heading}”"
            piece = {"source": PARTS, "confidence": round(BY_PART * sure, 3), "detail": detail, "line": part.line}
            yield ends, piece


def _stated(course: Course, elsewhere: Mapping[str, str]) -> Iterator[tuple[Ends, Piece]]:
    """The page's own words: these may also point to what it teaches later, or to another page's topic."""
    for stated in course.outline.page.stated:
        for prerequisite, confidence in _named_in(stated, course, elsewhere):
            if not course.outline.are_nested(prerequisite, stated.dependent):
                piece = {"source": STATED, "confidence": confidence, "detail": f"the page says: “{stated.raw.strip()}”"}
                choice = {"any_of": stated.any_of} if stated.any_of else {}
                yield (prerequisite, stated.dependent), piece | {"line": stated.line} | choice


def _named_in(stated: Stated, course: Course, elsewhere: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    """The topics that a stated prerequisite names: as a whole, here or elsewhere, or among its words."""
    whole = course.names.content(stated.prerequisite)
    found = list(course.names.find(stated.prerequisite))
    for each in found:
        is_whole = course.names.content(each.printed) == whole
        yield each.value.topic.id, STATED_NAME if is_whole else STATED_IN_WORDS
    if not found and fold(stated.prerequisite) in elsewhere:
        yield elsewhere[fold(stated.prerequisite)], STATED_NAME


def _edge(page_id: str, ends: Ends, pieces: Iterable[Piece]) -> PageEdge:
    """The surest of what the page shows, and a model's opinion after that: it tells a reader less."""
    distinct = {(piece["source"], piece["line"], piece["detail"]): piece for piece in pieces}
    shown = [piece for piece in distinct.values() if piece["source"] != MODEL]
    opinion = [piece for piece in distinct.values() if piece["source"] == MODEL]
    surest = sorted(shown, key=lambda piece: -float(piece["confidence"]))[:MOST_PIECES]
    return PageEdge(*ends, tuple({**piece, "page": page_id} for piece in [*surest, *opinion]))


def _opened(naming: Naming, meant: TaughtTopic) -> str:
    """Why a subject's opening is meant where the subject is named."""
    return "" if meant == naming.named.topic else f", which “{meant.heading}” opens"


def _quote(naming: Naming) -> str:
    """The text around the name."""
    start = max(0, naming.start - LONGEST_QUOTE // 2)
    around = ("…" if start else "") + naming.text[start:]
    return around if len(around) <= LONGEST_QUOTE else around[:LONGEST_QUOTE].rsplit(" ", 1)[0] + "…"
