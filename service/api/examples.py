"""Examples in the OpenAPI document: what the bundled course page answers, as recorded in `examples.json`.

`make openapi` records them anew, and a test says whether they still hold.
"""

from pathlib import Path
from typing import Any

import orjson

RECORDED = Path(__file__).with_name("examples.json")
_RECORDED = orjson.loads(RECORDED.read_bytes())


def _answer(name: str) -> Any:
    return _RECORDED[name]["answer"]


SEARCH = _answer("search")
SUGGESTIONS = _answer("suggestions")
RESOURCES = _answer("resources")
RESOURCE = _answer("resource")
TOPICS = _answer("topics")
TOPIC = _answer("topic")
PREREQUISITES = _answer("prerequisites")
PATH = _answer("path")
ASK = _answer("ask")
ASKED = _RECORDED["ask"]["request"]["json"]
GAP_QUESTION = _RECORDED["gap"]["request"]["json"]
GAP = _answer("gap")
SIMILAR = _answer("similar")
EVENTS = _RECORDED["recorded_events"]["request"]["json"]
RECORDED_EVENTS = _answer("recorded_events")
RECOMMENDATION_QUESTION = _RECORDED["recommendations"]["request"]["json"]
RECOMMENDATIONS = _answer("recommendations")
MEDIA_TYPES = _answer("media_types")
PAGES = _answer("pages")
PAGE = _answer("page")
INGEST = _RECORDED["report"]["request"]["json"]
REPORT = _answer("report")
DEMO = _answer("demo")
# One of them: the list would have to be recorded anew for each that comes.
_SUMMARY = {name: DEMO[name] for name in DEMO if name not in ("parameters", "presets", "figures")}
DEMOS = {"items": [_SUMMARY], "total": 1, "next": None}
# Too large, or different at each time: described by their schemas alone.
GRAPH = None
RUN = None
EMBEDDINGS_REQUEST = {"texts": ["why do deep networks need activation functions"], "topics": ["backprop"]}
RUN_REQUEST = {"parameters": {"dataset": "spiral", "learning_rate": 0.1}, "seed": "0.12345"}
