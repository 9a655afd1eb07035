"""English for what is asked: "3 free videos in Hebrew", "CNN or Conv2D"."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from service.catalog.vocabulary import MediaType, Vocabulary
from service.search.meaning import Meaning

RESOURCE = ("resource", "resources")
MOST_LISTED = 5  # words named in a sentence


def noun(vocabulary: Vocabulary, media_types: Iterable[str], count: int) -> str:
    """What resources of these types are called: "video", "videos or papers", "resources"."""
    return _noun(vocabulary, tuple(media_types), count != 1)


@lru_cache(maxsize=256)
def _noun(vocabulary: Vocabulary, media_types: Sequence[str], is_plural: bool) -> str:
    forms = [_forms(vocabulary.media_types[media_type]) for media_type in media_types] or [RESOURCE]
    return either([form[is_plural] for form in forms])


def counted(vocabulary: Vocabulary, meaning: Meaning, count: int) -> str:
    """A number of what is asked for: "No free video in Hebrew", "1 video"."""
    return f"{count or 'No'} {described(vocabulary, meaning, count or 1)}"


def described(vocabulary: Vocabulary, meaning: Meaning, count: int) -> str:
    """What is asked for, save its topics: "free videos in Hebrew"."""
    things = noun(vocabulary, meaning.wanted.media_types, count)
    if not (meaning.interpretation.filters or meaning.interpretation.excluded):
        return things
    narrowed = filter(None, _narrowed(vocabulary, meaning, count))
    return " ".join([f"free {things}" if meaning.wanted.is_free else things, *narrowed])


def is_are(count: int) -> str:
    """The verb for a number of things; "no video is"."""
    return "is" if count in (0, 1) else "are"


def either(names: Iterable[str]) -> str:
    """Alternatives: "videos, papers or books"."""
    return _joined(list(names), "or")


def all_of(names: Iterable[str]) -> str:
    """All of several: "CNN and Regularization"."""
    return _joined(list(names), "and")


def quoted(words: Iterable[str]) -> list[str]:
    """Words of the question, in quotation marks."""
    return [f"“{word}”" for word in words]


def listed(words: Sequence[str]) -> str:
    """Words of the question, quoted; the first of them, where there are many."""
    shown = quoted(words[:MOST_LISTED])
    return all_of([*shown, f"{len(words) - len(shown)} more words"] if len(words) > len(shown) else shown)


def language_name(vocabulary: Vocabulary, tag: str) -> str:
    """What a language is called: "he" -> "Hebrew"."""
    names = (name for name, known in vocabulary.page_words.languages.items() if known == tag)
    return next(names, tag).title()


def words_phrase(meaning: Meaning, count: int = 1) -> str:
    """What so many resources must have: "with “attention” in its title, author or host, by “goodfellow”"."""
    filters = meaning.interpretation.filters
    if not filters:
        return ""
    phrases = []
    if "title" in filters:
        phrases.append(f"titled “{filters['title']}”")
    if "words" in filters:
        whose = "its" if count == 1 else "their"
        phrases.append(f"with {all_of(quoted(filters['words']))} in {whose} title, author or host")
    if "author" in filters:
        phrases.append(f"by “{filters['author']}”")
    if "host" in filters:
        phrases.append(f"at {filters['host']}")
    if "hosts" in filters:
        phrases.append(f"at {either(filters['hosts'])}")
    return ", ".join(phrases)


def may_be_about(label: str, likelihood: float) -> str:
    """What is supposed, and how surely: "This may be about CNN and Conv2D, by its meaning (likelihood 0.70)."."""
    return f"This may be about {label}, by its meaning (likelihood {likelihood:.2f})."


def years_phrase(year_min: int | None, year_max: int | None) -> str:
    """Years in words: "from 2018 on", "up to 2015", "from 2015 to 2018", "of 2017"."""
    if year_min == year_max:
        return f"of {year_min}"
    if year_max is None:
        return f"from {year_min} on"
    return f"up to {year_max}" if year_min is None else f"from {year_min} to {year_max}"


def minutes_phrase(minutes_min: float | None, minutes_max: float | None) -> str:
    """A length in words: "at most 20 minutes", "at least 60 minutes", "10 to 20 minutes"."""
    if minutes_max is None:
        return f"at least {minutes_min:g} minutes"
    return f"at most {minutes_max:g} minutes" if minutes_min is None else f"{minutes_min:g} to {minutes_max:g} minutes"


def _narrowed(vocabulary: Vocabulary, meaning: Meaning, count: int) -> Iterator[str]:
    wanted = meaning.wanted
    if wanted.language:
        yield f"in {language_name(vocabulary, wanted.language)}"
    if wanted.year_min is not None or wanted.year_max is not None:
        yield years_phrase(wanted.year_min, wanted.year_max)
    if wanted.minutes_min is not None or wanted.minutes_max is not None:
        yield f"of {minutes_phrase(wanted.minutes_min, wanted.minutes_max)}"
    yield words_phrase(meaning, count)
    if wanted.without_media_types:
        yield f"other than {noun(vocabulary, wanted.without_media_types, 2)}"
    yield from _excluded(meaning)


def _excluded(meaning: Meaning) -> Iterator[str]:
    excluded = meaning.interpretation.excluded
    if "hosts" in excluded:
        yield f"outside {either(excluded['hosts'])}"
    if "words" in excluded:
        yield f"without {either(quoted(excluded['words']))}"


def _forms(media_type: MediaType) -> Sequence[str]:
    """Singular and plural in running text; "code" has no plural, so it is "code resources"."""
    singular, plural = media_type.label.lower(), media_type.plural.lower()
    if singular == plural or media_type.id == "other":
        return [f"{singular} {form}" for form in RESOURCE]
    return (singular, plural)


def _joined(names: list[str], conjunction: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {conjunction} {names[-1]}"
