"""Records the examples of the OpenAPI document anew: asks a service that holds the bundled course page.

python tests/api/record_examples.py
"""

import re
import tempfile
from typing import Any

import orjson
from flask.testing import FlaskClient

from service.api.examples import RECORDED
from service.app import create_app
from service.catalog import keys
from service.catalog.schema import migrate
from service.config import Settings, bundled
from service.ingest.ingest import PageContent, ingest

COURSE_PAGE = bundled("data") / "pages" / "lectures-2024.md"
CONVERSATION = "Q2FzZSBvZiBwb2ludA"  # a new one each time
MOMENT = "2026-01-15T09:30:00+00:00"
_ANY_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00")


def record() -> dict[str, Any]:
    """The examples as a service answers them now, all at one moment."""
    examples = orjson.loads(RECORDED.read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(state_dir=folder))
        parts = app.extensions["coursegraph"]
        migrate(parts.engine, parts.migrations)
        page = PageContent("lectures-2024", "data/pages/lectures-2024.md", COURSE_PAGE.read_bytes())
        with parts.sessions.begin() as session:
            ingest(session, page, parts.vocabulary, parts.ingest_options)
            key = keys.create(session, "curate", "examples")
        recorded = {name: _record(app.test_client(), example["request"], key) for name, example in examples.items()}
        parts.close()
    return recorded


def _record(client: FlaskClient, request: dict[str, Any], key: str) -> dict[str, Any]:
    if "json" in request:
        response = client.post(request["path"], json=request["json"], headers={"Authorization": f"Bearer {key}"})
    else:
        response = client.get(request["path"])
    assert response.status_code in (200, 201), response.text
    answer = orjson.loads(_ANY_MOMENT.sub(MOMENT, response.text))
    if "demos" in answer:
        answer["demos"] = answer["demos"][:1]  # one is enough to show, whatever demos come
    if "conversation_id" in answer:
        answer["conversation_id"] = CONVERSATION
    return {"request": request, "answer": answer}


if __name__ == "__main__":
    RECORDED.write_bytes(orjson.dumps(record(), option=orjson.OPT_INDENT_2) + b"\n")
