"""A small catalog that two pages filled, for editors to change."""

import pytest
from curation.fruit import ingest_pages
from sqlalchemy.orm import Session


@pytest.fixture
def orchard(session: Session) -> Session:
    ingest_pages(session)
    return session
