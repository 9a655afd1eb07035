"""`coursegraph queue` prints what needs a person, and an ingest that is refused leaves a question."""

import json
from pathlib import Path
from typing import Any

PAGE = """# Fruit
## Pears
* [Pear trees in small gardens](https://example.org/gardens)
* A video on pots [video](https://example.org/pots)
  [](Text [Video of \\[red\\] quinces](https://www.youtube.com/watch?v=quincesquin) course)
"""


def _ingest(command: Any, folder: Path, text: str = PAGE) -> Any:
    (folder / "fruit.md").write_text(text)
    return command("ingest", "fruit.md")


def test_the_queue_is_printed_worst_first_with_titles_as_they_are(command: Any, tmp_path: Path) -> None:
    _ingest(command, tmp_path)

    lines = command("queue").output.splitlines()
    ids = [line.split()[-1] for line in lines if "question:" in line]

    assert "“Video of [red]" in lines[1]
    assert "fruit:5" in lines[1]
    assert len(ids) == 2
    assert lines[-1] == "2 of 2, those first that we are least sure of (1 hidden_link, 1 media_type)."


def test_the_queue_of_one_kind_comes_as_json(command: Any, tmp_path: Path) -> None:
    _ingest(command, tmp_path)

    told = json.loads(command("queue", "--kind", "media_type", "--limit", "1", "--json").output)

    assert [item["kind"] for item in told["items"]] == ["media_type"]
    assert (told["total"], told["counts"]) == (1, {"hidden_link": 1, "media_type": 1})


def test_the_queue_of_a_page_that_is_not_there_is_a_wrong_call(command: Any) -> None:
    refused = command("queue", "--page", "nowhere")

    assert refused.exit_code == 2
    assert "--page: there is no page 'nowhere'" in refused.stderr


def test_an_edition_that_is_refused_is_put_before_a_curator(command: Any, tmp_path: Path) -> None:
    _ingest(command, tmp_path)

    refused = _ingest(command, tmp_path, PAGE.split("* A video", maxsplit=1)[0])

    assert refused.exit_code == 1
    assert "leaves out many resources" in " ".join(command("queue").output.split())


def test_where_nothing_is_open_the_queue_says_so_and_that_its_catalog_is_new(command: Any, tmp_path: Path) -> None:
    first, second = command("queue"), command("queue")

    assert first.stdout == second.output == "Nothing needs you.\n"
    assert f"A new, empty catalog was made at {tmp_path}/var/coursegraph.db" in first.stderr
