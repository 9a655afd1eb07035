"""docs/demos.md is what the demos declare now; `make docs` writes it anew."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from service.demos.registry import DEMOS

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "demos.md"
MOST_PICTURE_BYTES = 100_000


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts" / "document_demos.py"))


def test_the_page_is_what_make_docs_would_write(script: dict[str, Any]) -> None:
    assert PAGE.read_text(encoding="utf-8") == script["document"](DEMOS), "run `make docs`"


def test_every_demo_has_a_picture_of_few_bytes_and_no_other_is_kept() -> None:
    pictures = {path.stem: path.read_bytes() for path in (PAGE.parent / "pictures").iterdir()}

    assert set(pictures) == {demo.id for demo in DEMOS}
    assert all(content.startswith(b"\x89PNG") for content in pictures.values())
    assert {name: len(content) for name, content in pictures.items() if len(content) > MOST_PICTURE_BYTES} == {}


def test_every_link_of_the_page_leads_somewhere(script: dict[str, Any]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    headings = {script["_anchor"](heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}

    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert target[1:] in headings if target.startswith("#") else (PAGE.parent / target).is_file(), target


def test_a_table_tells_defaults_bounds_choices_and_units(script: dict[str, Any]) -> None:
    text = script["document"]([demo for demo in DEMOS if demo.id == "playground"])

    assert "| `batch_size` | Batch size: Samples between two updates; no more than are trained on | `10` |" in text
    assert "| 1 to 1080 samples, whole |" in text
    assert "| a list of 0 to 6: 1 to 32, whole |" in text
    assert "| `relu`, `tanh`, `sigmoid`, `linear` |" in text
