"""An answer as a sentence or two, in plain words."""

from collections.abc import Iterator, Mapping, Sequence

from service.search import wording
from service.search.explain import Explainer
from service.search.in_order import order_told
from service.search.meaning import OF_CATALOGUE, Meaning
from service.search.relax import COUNTED, NEAR_TOPICS
from service.search.retrieve import Found


def message(explainer: Explainer, found: Found, near: Mapping[str, int]) -> str:
    """What was found and what is near; `near` counts near misses by relation."""
    meaning = explainer.meaning
    if unanswerable := _unanswerable(meaning):
        return unanswerable
    if found.by_text:
        return _by_text(explainer, found)
    if meaning.interpretation.unknown_words and not meaning.has_subject:
        known = [*_nothing_known(meaning), _similar(near), *_relaxed(explainer, near)]
        return " ".join(filter(None, known))
    if meaning.is_supposed:
        return " ".join(filter(None, [_unknown(explainer), _supposed(explainer, found, near), _similar(near)]))
    in_order = order_told(meaning.order, found) if meaning.order else ""
    sentences = [
        _unknown(explainer),
        _exact(explainer, found, found.meeting_rest),
        in_order,
        _near(explainer, near),
        _similar(near),
    ]
    return " ".join(filter(None, sentences))


def _unanswerable(meaning: Meaning) -> str:
    """Why no resource could be the answer; "" where one could."""
    if meaning.is_contradictory:
        return "The question and its caller ask for different media types: no resource has both."
    if meaning.asks_of_catalogue:
        things = OF_CATALOGUE[meaning.variant]
        return f"The question asks for {things}, not for resources: POST /api/v1/ask answers it."
    if meaning.is_empty and not (meaning.interpretation.unknown_words or meaning.is_supposed):
        return "The question names nothing to look for: no topic, media type, author, year or language."
    return ""


def _supposed(explainer: Explainer, found: Found, near: Mapping[str, int]) -> str:
    """The topic that it may be about; what is filed under and around it, where that was looked up."""
    topic = explainer.meaning.interpretation.topics[0]
    supposed = wording.may_be_about(topic.label, topic.confidence)
    if not near.keys() - {"similar_text"}:
        return supposed
    rest = near.get("unknown_words", 0)
    return " ".join(filter(None, [supposed, _exact(explainer, found, rest), _near(explainer, near)]))


def _nothing_known(meaning: Meaning) -> Iterator[str]:
    maker, words = _unknown_maker(meaning)
    yield maker and f"{maker}."
    if words:
        these = "that word" if len(words) == 1 else "these words"
        yield f"Nothing here is about {wording.listed(words)}: no topic, title, author or host has {these}."


def _by_text(explainer: Explainer, found: Found) -> str:
    has = f"{'has' if found.total == 1 else 'have'} {wording.all_of(wording.quoted(found.by_text))} in the text"
    if explainer.meaning.topics:
        return f"{_filed(explainer, 0)}, but {found.total} {has}."
    noun = wording.noun(explainer.vocabulary, explainer.meaning.wanted.media_types, found.total)
    return f"{found.total} {noun} {has}."


def _similar(near: Mapping[str, int]) -> str:
    """What only the index found."""
    count = near.get("similar_text", 0)
    if not count:
        return ""
    return f"{count} {'resource is' if count == 1 else 'resources are'} close to the question by words or meaning."


def _relaxed(explainer: Explainer, near: Mapping[str, int]) -> Iterator[str]:
    """What is close in meaning and misses one constraint."""
    for relation, count in near.items():
        if relation != "similar_text":
            noun = "resource is" if count == 1 else "resources are"
            yield f"{count} {noun} close to it, {explainer.miss(relation)}."


def _unknown(explainer: Explainer) -> str:
    words = explainer.meaning.interpretation.unknown_words
    if not words:
        return ""
    maker, others = _unknown_maker(explainer.meaning)
    others_are = f"{wording.listed(others)} {wording.is_are(len(others))} not known here" if others else ""
    return f"{'; '.join(filter(None, [maker, others_are]))}, so nothing meets the whole question."


def _unknown_maker(meaning: Meaning) -> tuple[str, Sequence[str]]:
    """That nobody of that name made anything, and the other words that are not known."""
    maker = meaning.unknown_maker
    others = [word for word in meaning.interpretation.unknown_words if word not in maker]
    return f"Nobody called “{' '.join(maker)}” made or published anything here" if maker else "", others


def _exact(explainer: Explainer, found: Found, meeting_rest: int) -> str:
    """How many there are; with unknown words, how many meet the rest."""
    meaning = explainer.meaning
    count = meeting_rest if meaning.interpretation.unknown_words else found.total
    if not found.by_title:
        return f"{_filed(explainer, count)}."
    has = "1 has" if count == 1 else f"{count} have"
    return f"{_filed(explainer, 0)}, but {has} {wording.all_of(wording.quoted(found.by_title))} in the title."


def _filed(explainer: Explainer, count: int) -> str:
    meaning = explainer.meaning
    at_least = "At least " if meaning.interpretation.unknown_words and count >= COUNTED else ""
    place = f"filed under {explainer.topic}" if meaning.topics else "here"
    return f"{at_least}{wording.counted(explainer.vocabulary, meaning, count)} {wording.is_are(count)} {place}"


def _near(explainer: Explainer, near: Mapping[str, int]) -> str:
    """What is close to the topic; what is on it, of other types; what misses another condition."""
    if not near:
        return ""
    close = [near[relation] for relation in NEAR_TOPICS if relation in near]
    other = [near["other_media_type"]] if "other_media_type" in near else []
    apart = (*NEAR_TOPICS, "other_media_type", "unknown_words", "similar_text")
    rest = [count for relation, count in near.items() if relation not in apart]
    it = "them" if len(explainer.meaning.topics) > 1 else "it"
    place = f"on {it}" if explainer.meaning.topics else "here that would do"
    types = explainer.meaning.wanted.media_types
    close_place = _close_place(explainer.meaning, near, it)
    clauses = [
        _clause(close, wording.noun(explainer.vocabulary, types, sum(close)), close_place),
        _clause(other, f"{wording.noun(explainer.vocabulary, (), sum(other))} of other types", place),
        f"{_total(rest)} more {'meets' if rest == [1] else 'meet'} all but one condition" if rest else "",
    ]
    sentence = "; ".join(filter(None, clauses))
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""


def _close_place(meaning: Meaning, near: Mapping[str, int], it: str) -> str:
    """Where near topics stand: said more closely where what comes before or after is asked for, and is all there is."""
    relations = [relation for relation in NEAR_TOPICS if relation in near]
    if meaning.asks_around and relations == ["topic_requires"]:
        return f"on what builds on {it}"
    if meaning.asks_around and relations == ["topic_required_by"]:
        return f"on what {it} {'builds' if it == 'it' else 'build'} on"
    return f"close to {it}"


def _clause(counts: Sequence[int], noun: str, place: str) -> str:
    return f"{_total(counts)} {noun} {wording.is_are(sum(counts))} {place}" if counts else ""


def _total(counts: Sequence[int]) -> str:
    """Near misses of one relation are counted up to a bound."""
    at_least = "at least " if max(counts) >= COUNTED else ""
    return f"{at_least}{sum(counts)}"
