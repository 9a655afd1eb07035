"""Examples in the OpenAPI document: what the bundled course page answers."""

RESOURCE = None
RESOURCES = None
TOPIC = None
TOPICS = None
PREREQUISITES = None
MEDIA_TYPES = None
PAGE = None
PAGES = None
REPORT = None
INGEST = None
SEARCH = None
SUGGESTIONS = None
PATH = None
DEMOS = None
DEMO = None
RUN = None
RUN_REQUEST = None
GRAPH = None
