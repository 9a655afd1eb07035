"""What to learn first, inferred from one page of any subject."""

import pytest

from service.catalog.prerequisites import PageEdge
from service.catalog.vocabulary import Vocabulary
from service.ingest.prerequisites import infer_prerequisites
from service.ingest.teaching import Said, Stated, TaughtPage, TaughtTopic

ACCEPT, FLOOR = 0.5, 0.2  # the settings' defaults


def topic(heading: str, *lines: str, parent: str | None = None, also: tuple[str, ...] = ()) -> TaughtTopic:
    """A topic whose id is its heading; `also` are parts of it."""
    names = ((heading, "label"), *((name, "part") for name in also))
    return TaughtTopic(heading, parent, heading, 1, names, tuple(Said(line, ((2, line),)) for line in lines))


def infer(vocabulary: Vocabulary, *topics: TaughtTopic, title: str = "A course") -> dict[tuple[str, str], float]:
    """Edges that are at least proposed, with their confidence."""
    edges = infer_prerequisites(TaughtPage("page", title, topics), vocabulary)
    return {edge.ends: edge.confidence for edge in edges if edge.confidence >= FLOOR}


def accepted(edges: dict[tuple[str, str], float]) -> set[tuple[str, str]]:
    return {ends for ends, confidence in edges.items() if confidence >= ACCEPT}


def test_a_topic_builds_on_an_earlier_one_that_its_lines_mention(vocabulary: Vocabulary) -> None:
    edges = infer(vocabulary, topic("Stocks"), topic("Knives"), topic("Soups", "Soup from a good stock"))

    assert accepted(edges) == {("Stocks", "Soups")}


def test_more_mentions_make_surer(vocabulary: Vocabulary) -> None:
    once = infer(vocabulary, topic("Stocks"), topic("Knives"), topic("Soups", "From stock"))
    twice = infer(vocabulary, topic("Stocks"), topic("Knives"), topic("Soups", "From stock", "Clear stocks"))

    assert once["Stocks", "Soups"] < twice["Stocks", "Soups"]


def test_mentioning_what_is_taught_later_makes_no_backward_edge(vocabulary: Vocabulary) -> None:
    edges = infer(vocabulary, topic("Soups", "You will need stocks for these soups"), topic("Stocks"))

    assert ("Stocks", "Soups") not in edges


def test_a_line_with_all_words_of_a_later_name_leads_to_it(vocabulary: Vocabulary) -> None:
    earlier = topic("Vectors", "Spaces of vectors: when is a set of them linear?")

    edges = infer(vocabulary, topic("Sets"), earlier, topic("Matrices"), topic("Linear vector spaces"))

    assert ("Vectors", "Linear vector spaces") in edges


def test_a_name_made_of_an_earlier_name_builds_on_it(vocabulary: Vocabulary) -> None:
    edges = infer(vocabulary, topic("Matrices"), topic("Bases"), topic("Singular matrices"))

    assert ("Matrices", "Singular matrices") in accepted(edges)


def test_nesting_is_no_prerequisite(vocabulary: Vocabulary) -> None:
    edges = infer(vocabulary, topic("Sauces", "Velouté and other sauces"), topic("Velouté", "A sauce", parent="Sauces"))

    assert edges == {}


def test_neighbours_without_more_evidence_are_only_proposed(vocabulary: Vocabulary) -> None:
    edges = infer(vocabulary, topic("Stocks"), topic("Knives"), topic("Bread"))

    assert set(edges) == {("Stocks", "Knives"), ("Knives", "Bread")}
    assert accepted(edges) == set()


def test_a_definition_opens_its_subject(vocabulary: Vocabulary) -> None:
    edges = infer(
        vocabulary,
        topic("Sauces"),
        topic("Basics", parent="Sauces"),
        topic("Velouté", parent="Sauces"),
        topic("Suprême", parent="Velouté"),
        topic("Bread"),
    )

    assert accepted(edges) == {("Basics", "Velouté"), ("Basics", "Suprême")}


def test_who_mentions_a_subject_needs_what_opens_it(vocabulary: Vocabulary) -> None:
    sauces = [topic("Sauces"), topic("Basics", parent="Sauces"), topic("Velouté", parent="Sauces")]

    edges = infer(vocabulary, *sauces, topic("Bread"), topic("Gratins", "Sauces for gratins"))

    assert ("Basics", "Gratins") in accepted(edges)
    assert ("Sauces", "Gratins") not in edges


@pytest.mark.parametrize("heading", ["Motivation", "Preface and motivation", "History", "Exercises", "Further reading"])
def test_motivation_and_practice_are_required_by_nothing(vocabulary: Vocabulary, heading: str) -> None:
    edges = infer(vocabulary, topic(heading, "Soups of the world"), topic("Soups", f"{heading} again"), topic("Bread"))

    assert set(edges) == {("Soups", "Bread")}


def test_the_subject_of_the_whole_page_is_no_evidence(vocabulary: Vocabulary) -> None:
    topics = (topic("Algebra"), topic("Groups"), topic("Rings", "Rings in algebra"))

    assert ("Algebra", "Rings") not in infer(vocabulary, *topics, title="An algebra course")
    assert ("Algebra", "Rings") in infer(vocabulary, *topics, title="A mathematics course")


def test_a_name_that_is_used_all_over_the_page_says_little(vocabulary: Vocabulary) -> None:
    chatter = [topic(name, "With energy") for name in ("Heat", "Light", "Sound", "Waves", "Fields", "Mass")]

    edges = infer(vocabulary, *chatter, topic("Energy"), topic("Atoms"), topic("Nuclei", "Energy of nuclei"))

    assert ("Energy", "Nuclei") not in edges


@pytest.mark.parametrize("name", ["C", "Models", "Methods and data"])
def test_a_name_that_could_mean_anything_is_not_looked_for(vocabulary: Vocabulary, name: str) -> None:
    edges = infer(vocabulary, topic(name), topic("Bread"), topic("Soups", f"{name} of a soup"))

    assert (name, "Soups") not in edges


def test_more_lines_do_not_make_a_lead_surer(vocabulary: Vocabulary) -> None:
    once = infer(vocabulary, topic("Stocks", "For onion soups"), topic("Bread"), topic("Onion soups"))
    often = infer(vocabulary, topic("Stocks", *["For onion soups"] * 5), topic("Bread"), topic("Onion soups"))

    assert once["Stocks", "Onion soups"] == often["Stocks", "Onion soups"] < ACCEPT


def test_of_very_many_the_surest_twenty_are_kept(vocabulary: Vocabulary) -> None:
    earlier = [topic(f"Dish number{n}") for n in range(30)]
    menu = topic("Menus", *[f"Dish number{n}" for n in range(30)], "Dish number7 again")

    edges = infer_prerequisites(TaughtPage("page", "A course", (*earlier, topic("Bread"), menu)), vocabulary)

    found = [edge.prerequisite_id for edge in edges if edge.dependent_id == "Menus"]
    assert len(found) == 20
    assert "Dish number7" in found


@pytest.mark.parametrize("title", ["Awesome cooking", "Cooking: a list of lists", "Cooking courses"])
def test_the_order_of_a_collection_is_no_order_of_learning(vocabulary: Vocabulary, title: str) -> None:
    edges = infer(vocabulary, topic("Stocks"), topic("Bread"), topic("Soups", "From stock"), title=title)

    assert edges == {}


def test_nor_is_an_alphabetical_one(vocabulary: Vocabulary) -> None:
    topics = [topic("Broths"), topic("Cakes"), topic("Dumplings", "In broth"), topic("Eggs"), topic("Fish")]

    assert accepted(infer(vocabulary, *topics)) == set()


def stated(vocabulary: Vocabulary, prerequisite: str, elsewhere: dict[str, str] | None = None) -> list[PageEdge]:
    """What comes of "Requires: …" under the first of two topics."""
    says = Stated(prerequisite, "Soups", 7, f"Requires: {prerequisite}")
    page = TaughtPage("page", "Food", (topic("Soups"), topic("Stocks and broths", also=("Stocks", "broths"))), (says,))
    edges = infer_prerequisites(page, vocabulary, elsewhere)
    return [edge for edge in edges if edge.evidence[0]["source"] == "stated"]


@pytest.mark.parametrize(
    ("prerequisite", "ends", "confidence"),
    [
        ("Stocks and broths", ("Stocks and broths", "Soups"), 0.95),  # though the page teaches it later
        ("a good broth", ("Stocks and broths", "Soups"), 0.8),
        ("knife skills", ("knives", "Soups"), 0.95),  # another page's topic
    ],
)
def test_what_the_page_states_is_believed(
    vocabulary: Vocabulary, prerequisite: str, ends: tuple[str, str], confidence: float
) -> None:
    (edge,) = stated(vocabulary, prerequisite, {"knife skills": "knives"})

    assert (edge.ends, edge.confidence) == (ends, confidence)
    assert edge.evidence[0]["detail"] == f"the page says: “Requires: {prerequisite}”"
    assert edge.evidence[0]["line"] == 7


def test_a_stated_prerequisite_that_nobody_teaches_is_no_edge(vocabulary: Vocabulary) -> None:
    assert stated(vocabulary, "patience") == []


def test_every_piece_of_evidence_says_what_and_where(vocabulary: Vocabulary) -> None:
    long = "A soup, " + "very slowly " * 20 + "from a stock, " + "and slowly again " * 20
    page = TaughtPage("page", "A course", (topic("Stocks"), topic("Soups", long)))

    (edge,) = infer_prerequisites(page, vocabulary)

    mention = edge.evidence[0]
    assert (mention["source"], mention["page"], mention["line"]) == ("mention", "page", 2)
    assert mention["detail"].startswith("mentions “stock”: “…")
    assert "from a stock" in mention["detail"]
    assert len(mention["detail"]) < 150


def test_a_line_that_runs_on_is_cited_where_it_prints_the_name() -> None:
    said = Said("Bread and soup", ((4, "* Bread"), (5, "  and Soup")))

    assert (said.line_of("soup"), said.line_of("cake"), said.line) == (5, 4, 4)
