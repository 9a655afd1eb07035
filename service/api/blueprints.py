"""Every blueprint of the REST door, in the order in which the documentation shows them."""

from service.api import (
    demos,
    embeddings,
    events,
    gaps,
    graph,
    health,
    ingests,
    media_types,
    pages,
    paths,
    recommendations,
    resources,
    runs,
    search,
    similar,
    topics,
)

BLUEPRINTS = (
    search.door,
    resources.door,
    similar.door,
    topics.door,
    paths.door,
    gaps.door,
    recommendations.door,
    events.door,
    embeddings.door,
    media_types.door,
    pages.door,
    graph.door,
    demos.door,
    runs.door,
    ingests.door,
    health.door,
)
