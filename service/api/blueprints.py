"""Every blueprint of the REST door, in the order in which the documentation shows them."""

from service.api import health, ingests, media_types, pages, resources, search, topics

BLUEPRINTS = (
    search.door,
    resources.door,
    topics.door,
    media_types.door,
    pages.door,
    ingests.door,
    health.door,
)
