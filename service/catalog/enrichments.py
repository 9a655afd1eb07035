"""What services outside stated of resources: kept beside what pages say, to fill their gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import audit, revisions
from service.catalog.facts import WEAK_TITLE, Enrichment
from service.catalog.models import Mention, Resource
from service.catalog.refresh import refresh_resources
from service.catalog.resources import records


def with_gaps(session: Session, page_id: str) -> Sequence[tuple[str, str]]:
    """(id, URL) of the page's active resources whose title is weak, or whose year or authors no page states."""
    on_page = select(Mention.resource_number).where(Mention.page_id == page_id)
    found = session.scalars(
        select(Resource).where(Resource.number.in_(on_page), Resource.status == "active").order_by(Resource.number)
    )
    return [(resource.id, resource.url) for resource in found if not resource.enriched and _has_gap(resource)]


def store(session: Session, found: Mapping[str, Enrichment], actor: str) -> Sequence[str]:
    """Keep what was found; return the ids of the resources that say more now. One revision for all."""
    revisions.lock(session)
    known = records(session, found)
    for resource_id, resource in known.items():
        resource.enriched = asdict(found[resource_id])
    changed = refresh_resources(session, [resource.number for resource in known.values()])
    if changed:
        revisions.advance(session, actor, "enrich", audit.RESOURCES, {"resources": list(changed)})
    return changed


def _has_gap(resource: Resource) -> bool:
    facts = resource.facts
    return not facts["authors"] or facts["year"] is None or facts["title_evidence"]["confidence"] < WEAK_TITLE
