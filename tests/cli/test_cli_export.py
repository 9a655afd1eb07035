"""`coursegraph export` names things as the API does."""

import json
from typing import Any


def test_linked_data_starts_where_the_api_of_this_machine_answers(command: Any, tmp_path: Any) -> None:
    (tmp_path / "fruit.md").write_text("# Fruit\n## Pears\n* [How pears grow](https://example.org/pears)\n")
    command("ingest", "fruit.md")

    graph = json.loads(command("export", "json-ld").output)["@graph"]

    assert "http://127.0.0.1:8000/api/v1/topics/pears" in [node["@id"] for node in graph]
