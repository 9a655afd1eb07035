"""The graph as linked data: what each page, topic and resource says in SKOS, schema.org and Dublin Core.

A page is a concept scheme, a topic a concept and a defined term, a resource a schema.org LearningResource of the type
that its media type has there. `teaches` says what a resource is about, `competencyRequired` what to know before. An
accepted prerequisite is `dcterms:requires` between two topics, from what builds on it; how sure it is, and those that
are not accepted, stand in nodes of their own.
"""

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

from service.catalog.pages import PageSummary
from service.catalog.topics import PrerequisiteRow
from service.export.document import GraphDocument, Record
from service.graph import KnowledgeGraph

# Embedded in every document, so that nobody needs the net to read it. Bare names are schema.org's.
CONTEXT: Record = {
    "@vocab": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "url": {"@type": "@id"},
    "teaches": {"@type": "@id"},
    "competencyRequired": {"@type": "@id"},
    "mentions": {"@type": "@id"},
    "skos:broader": {"@type": "@id"},
    "skos:narrower": {"@type": "@id"},
    "skos:inScheme": {"@type": "@id"},
    "skos:topConceptOf": {"@type": "@id"},
    "dcterms:requires": {"@type": "@id"},
    "cg:prerequisite": {"@type": "@id"},
    "cg:dependent": {"@type": "@id"},
    "dateModified": {"@type": "xsd:dateTime"},
    "datePublished": {"@type": "xsd:gYear"},
    "timeRequired": {"@type": "xsd:duration"},
}

TYPES = {
    "video": "VideoObject",
    "article": "Article",
    "paper": "ScholarlyArticle",
    "book": "Book",
    "interactive": "WebApplication",
    "static": "ImageObject",
    "course": "Course",
    "code": "SoftwareSourceCode",
    "dataset": "Dataset",
    "slides": "PresentationDigitalDocument",
    "podcast": "PodcastEpisode",
    "tool": "SoftwareApplication",
    "other": "CreativeWork",
}


ShownTopics = Callable[[Iterable[str]], list[str] | list[Record]]

# A URL may hold these; an IRI (RFC 3987) and so an RDF file may not.
_NOT_IN_IRI = {ord(sign): quote(sign) for sign in '<>"{}|\\^` '}


class LinkedData:
    """The nodes of a document under one base IRI, under which the API answers for each of them."""

    def __init__(self, document: GraphDocument, base: str) -> None:
        self._document = document
        self._base = base if base.endswith("/") else base + "/"

    @property
    def context(self) -> Record:
        """The JSON-LD context; what no standard has words for is in a vocabulary of the base's own."""
        return CONTEXT | {"cg": f"{self._base}vocabulary#"}

    def nodes(self) -> Iterator[Record]:
        """Pages, topics, prerequisites and resources as JSON-LD nodes for `context`, without what is unknown."""
        yield from map(_known, self._nodes())

    def resource(self, resource: Record) -> Record:
        """The node of one resource, given as its card has it; its topics are named in it, as no other node does so."""
        return _known(next(self._resource(resource, self._document.graph, self._terms)))

    def iri(self, collection: str, id: str) -> str:
        """Where the thing is found: `<base>topics/<id>`."""
        return f"{self._base}{collection}/{quote(id, safe='')}"

    def _nodes(self) -> Iterator[Record]:
        graph = self._document.graph
        yield from map(self._page, self._document.pages())
        for topic in self._document.topics():
            yield self._topic(topic, graph)
        yield from map(self._prerequisite, self._document.prerequisites())
        for resource in self._document.resources():
            yield from self._resource(resource, graph, self._topics)

    def _page(self, page: PageSummary) -> Record:
        return {
            "@id": self.iri("pages", page.id),
            "@type": ["skos:ConceptScheme", "DefinedTermSet", "WebPage"],
            "name": page.title,
            "url": page.url and page.url.translate(_NOT_IN_IRI),
            "inLanguage": page.language,
            "dateModified": page.updated_at.isoformat(),
        }

    def _topic(self, topic: Record, graph: KnowledgeGraph) -> Record:
        id = topic["id"]
        schemes = [self.iri("pages", page) for page in dict.fromkeys(m["page"] for m in topic["mentions"])]
        return {
            "@id": self.iri("topics", id),
            "@type": ["skos:Concept", "DefinedTerm"],
            "name": topic["label"],
            "skos:prefLabel": topic["label"],
            "skos:altLabel": topic["aliases"],
            "skos:hiddenLabel": [row.name for row in graph.names_of.get(id, ()) if row.kind == "hidden"],
            "skos:broader": self._topics(t["id"] for t in topic["broader"]),
            "skos:narrower": self._topics(t["id"] for t in topic["narrower"]),
            "skos:inScheme": schemes,
            "skos:topConceptOf": [] if topic["broader"] else schemes,
            "skos:note": [note["text"] for note in topic["notes"]],
            "dcterms:requires": self._topics(graph.required_into.get(id, ())),
        }

    def _prerequisite(self, row: PrerequisiteRow) -> Record:
        return {
            "@id": f"{self.iri('topics', row.dependent_id)}#requires-{quote(row.prerequisite_id, safe='')}",
            "@type": "cg:Prerequisite",
            "cg:prerequisite": self.iri("topics", row.prerequisite_id),
            "cg:dependent": self.iri("topics", row.dependent_id),
            "cg:kind": row.kind,
            "cg:status": row.status,
            "cg:anyOf": row.any_of,
            "cg:confidence": {"@value": str(row.confidence), "@type": "xsd:decimal"},
        }

    def _resource(self, resource: Record, graph: KnowledgeGraph, shown: ShownTopics) -> Iterator[Record]:
        iri = self.iri("resources", resource["id"])
        topics = [topic["id"] for topic in resource["topics"]]
        required = (id for topic in topics for id in graph.required_into.get(topic, ()))
        yield {
            "@id": iri,
            "@type": ["LearningResource", TYPES.get(resource["media_type"], "CreativeWork")],
            "name": resource["title"],
            "url": resource["url"].translate(_NOT_IN_IRI),
            "learningResourceType": resource["media_type"],
            "author": [{"@type": "Person", "name": name} for name in resource["authors"]],
            "publisher": resource["publisher"] and {"@type": "Organization", "name": resource["publisher"]},
            "datePublished": resource["year"] and f"{resource['year']:04d}",
            "inLanguage": resource["language"],
            "isAccessibleForFree": resource["is_free"],
            "timeRequired": _duration(resource["duration_minutes"]),
            "teaches": shown(topics),
            "competencyRequired": shown(id for id in required if id not in topics),
        }
        for page in dict.fromkeys(mention["page"] for mention in resource["mentions"]):
            yield {"@id": self.iri("pages", page), "mentions": iri}

    def _topics(self, ids: Iterable[str]) -> list[str]:
        return [self.iri("topics", id) for id in dict.fromkeys(ids)]

    def _terms(self, ids: Iterable[str]) -> list[Record]:
        label = self._document.graph.label
        return [{"@id": self.iri("topics", id), "@type": "DefinedTerm", "name": label(id)} for id in dict.fromkeys(ids)]


def _known(node: Record) -> Record:
    return {name: value for name, value in node.items() if value not in (None, [])}


def _duration(minutes: float | None) -> str | None:
    """As ISO 8601: 5 -> "PT5M", 1.5 -> "PT90S"; XML Schema has no parts of minutes."""
    if not minutes:
        return None
    return f"PT{minutes:.0f}M" if minutes == int(minutes) else f"PT{minutes * 60:.0f}S"
