"""Every format is valid, says the same, and is read by its own tools."""

import json
from collections import Counter
from io import BytesIO

import networkx as nx
import pytest
import rdflib
from pyld import jsonld
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, RDF, SKOS
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import graph
from service.catalog import exports
from service.catalog.models import Page, Prerequisite, Topic
from service.export import GraphDocument, graph_document, to_graphml, to_json, to_json_ld, to_turtle

BASE = "https://example.org/api/v1"
SCHEMA = rdflib.Namespace("https://schema.org/")
CG = rdflib.Namespace(f"{BASE}/vocabulary#")


def turtle(document: GraphDocument) -> rdflib.Graph:
    return rdflib.Graph().parse(data=b"".join(to_turtle(document, BASE)), format="turtle")


def json_ld(document: GraphDocument) -> dict:
    return json.loads(b"".join(to_json_ld(document, BASE)))


def of_pyld(document: GraphDocument) -> rdflib.Graph:
    """The statements as another JSON-LD processor reads them; it may load nothing."""

    def refuse(url: str, _options: object) -> None:
        raise AssertionError(f"loads {url}")

    options = {"format": "application/n-quads", "documentLoader": refuse}
    return rdflib.Graph().parse(data=jsonld.to_rdf(json_ld(document), options), format="nt")


def test_json_has_every_node_once_and_no_edge_into_nothing(document: GraphDocument) -> None:
    written = json.loads(b"".join(to_json(document)))

    ids = [node["id"] for node in written["nodes"]]
    assert written["revision"] == 1
    assert len(set(ids)) == len(ids)
    assert {edge[end] for edge in written["edges"] for end in ("source", "target")} <= set(ids)


def test_json_holds_the_whole_course(course: GraphDocument) -> None:
    written = json.loads(b"".join(to_json(course)))

    assert Counter(node["type"] for node in written["nodes"]) == {"page": 1, "topic": 13, "resource": 36}
    assert {"source": "topic:gd-for-nn", "target": "topic:single-and-multi-layer-neural-network-training",
            "type": "broader"} in written["edges"]  # fmt: skip
    (edge,) = [
        edge
        for edge in written["edges"]
        if edge["source"] == "topic:learning-by-gradient-descent" and edge["target"] == "topic:gd-for-nn"
    ]
    assert (edge["type"], edge["kind"], edge["status"]) == ("prerequisite", "inferred", "accepted")


def test_networkx_reads_the_graphml_and_finds_what_the_json_says(document: GraphDocument) -> None:
    said = json.loads(b"".join(to_json(document)))

    read = nx.read_graphml(BytesIO(b"".join(to_graphml(document))))

    assert read.is_directed()
    assert set(read.nodes) == {node["id"] for node in said["nodes"]}
    ends = Counter((source, target) for source, target in read.edges())
    assert ends == Counter((edge["source"], edge["target"]) for edge in said["edges"])
    for node in said["nodes"]:
        attributes = read.nodes[node["id"]]
        assert attributes["type"] == node["type"]
        assert attributes.get("year") == node.get("year")
        assert attributes.get("is_free") == node.get("is_free")
        assert attributes["label"] == node["label"]


def test_signs_that_xml_has_no_place_for_are_left_out(course: GraphDocument, empty_session: Session) -> None:
    empty_session.query(Page).one().title = "A \x07bell\uffff & <a> tag"
    empty_session.flush()

    read = nx.read_graphml(BytesIO(b"".join(to_graphml(course))))

    assert read.nodes["page:lectures-2024"]["label"] == "A bell & <a> tag"


def test_another_processor_reads_the_same_from_json_ld_as_from_turtle(document: GraphDocument) -> None:
    assert isomorphic(of_pyld(document), turtle(document))


def test_topics_are_concepts_of_the_page_in_its_nesting(course: GraphDocument) -> None:
    read = turtle(course)
    topic, page = (rdflib.URIRef(f"{BASE}/{path}") for path in ("topics/gd-for-nn", "pages/lectures-2024"))
    training = rdflib.URIRef(f"{BASE}/topics/single-and-multi-layer-neural-network-training")

    assert (page, RDF.type, SKOS.ConceptScheme) in read
    assert (topic, RDF.type, SKOS.Concept) in read
    assert (topic, SKOS.inScheme, page) in read
    assert (topic, SKOS.broader, training) in read
    assert (training, SKOS.narrower, topic) in read
    assert str(read.value(topic, SKOS.prefLabel)) == "GD for NN"
    assert "gradient descent for neural network" in map(str, read.objects(topic, SKOS.altLabel))


def test_the_top_of_the_outline_is_the_top_of_the_scheme(course: GraphDocument) -> None:
    tops = {str(topic).rsplit("/", 1)[1] for topic in turtle(course).subjects(SKOS.topConceptOf)}

    assert tops == {
        "preface-and-motivation",
        "logistic-regression",
        "single-and-multi-layer-neural-network",
        "cnn-and-conv2d",
    }


def test_what_builds_on_something_requires_it_and_never_the_other_way_round(course: GraphDocument) -> None:
    read = turtle(course)
    first, later = (rdflib.URIRef(f"{BASE}/topics/{id}") for id in ("learning-by-gradient-descent", "gd-for-nn"))

    assert (later, DCTERMS.requires, first) in read
    assert (first, DCTERMS.requires, later) not in read
    (edge,) = [e for e in read.subjects(CG.prerequisite, first) if (e, CG.dependent, later) in read]
    assert str(read.value(edge, CG.status)) == "accepted"
    assert 0.5 <= float(read.value(edge, CG.confidence)) <= 1


def test_a_resource_is_a_learning_resource_that_teaches_its_topic(course: GraphDocument) -> None:
    nodes = json_ld(course)["@graph"]

    (video,) = [node for node in nodes if node.get("url") == "https://www.youtube.com/watch?v=IHZwWFHWa-w"]

    assert video["@type"] == ["LearningResource", "VideoObject"]
    assert video["name"] == "Gradient descent, how neural networks learn"
    assert video["teaches"] == [f"{BASE}/topics/gd-for-nn"]
    assert f"{BASE}/topics/learning-by-gradient-descent" in video["competencyRequired"]


def test_what_is_unknown_is_not_said(document: GraphDocument) -> None:
    for node in json_ld(document)["@graph"]:
        assert None not in node.values()
        assert [] not in node.values()


def test_stated_facts_are_typed(awkward: GraphDocument) -> None:
    read = turtle(awkward)

    (hebrew,) = read.subjects(SCHEMA.inLanguage, rdflib.Literal("he"))
    (free,) = read.subjects(SCHEMA.isAccessibleForFree, rdflib.Literal(True))

    assert str(read.value(hebrew, SCHEMA.timeRequired)) == "PT5M"
    assert str(read.value(free, SCHEMA.datePublished)) == "2017"
    assert str(read.value(read.value(free, SCHEMA.author), SCHEMA.name)) == "Ada Lovelace"


def test_an_empty_catalog_is_an_empty_graph_in_every_format(nothing: GraphDocument) -> None:
    assert json.loads(b"".join(to_json(nothing))) == {"revision": 0, "nodes": [], "edges": []}
    assert len(nx.read_graphml(BytesIO(b"".join(to_graphml(nothing))))) == 0
    assert json_ld(nothing)["@graph"] == []
    assert len(turtle(nothing)) == 0


def test_what_a_curator_rejected_is_no_part_of_the_graph(course: GraphDocument, empty_session: Session) -> None:
    edge = empty_session.query(Prerequisite).filter_by(dependent_id="gd-for-nn").first()
    edge.status = "rejected"
    empty_session.flush()  # an open write: the session sees its own graph

    after = graph_document(empty_session, graph.current(empty_session))

    assert len(list(after.prerequisites())) == len(list(course.prerequisites())) - 1


@pytest.mark.parametrize("batch", [1, 2, 7])
def test_batches_leave_nothing_out(course: GraphDocument, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    whole = b"".join(to_json(course))
    monkeypatch.setattr(exports, "ROWS_PER_BATCH", batch)

    assert b"".join(to_json(course)) == whole


def test_of_alternatives_none_is_required_by_itself(awkward: GraphDocument) -> None:
    session = awkward.session
    row = session.scalars(select(Prerequisite)).one()
    row.any_of = "x"
    other = Topic(id="broth", label="Broth", card=session.get_one(Topic, row.prerequisite_id).card)
    session.add(other)
    session.flush()
    either = {"dependent_id": row.dependent_id, "kind": "curated", "status": "accepted", "confidence": 1, "any_of": "x"}
    session.add(Prerequisite(prerequisite_id="broth", **either))
    session.flush()

    document = graph_document(session, graph.current(session))

    edges = [edge for edge in document.edges() if edge["type"] == "prerequisite"]
    assert [edge["any_of"] for edge in edges] == ["x", "x"]
    assert not list(turtle(document).triples((None, DCTERMS.requires, None)))
    assert len(list(turtle(document).triples((None, CG.anyOf, None)))) == 2
