"""Every blueprint of the REST door, in the order in which the documentation shows them."""

from service.api import demos, gaps, graph, health, ingests, media_types, pages, paths, resources, runs, search, topics

BLUEPRINTS = (
    search.door,
    resources.door,
    topics.door,
    paths.door,
    gaps.door,
    media_types.door,
    pages.door,
    graph.door,
    demos.door,
    runs.door,
    ingests.door,
    health.door,
)
