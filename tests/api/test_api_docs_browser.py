"""The interactive documentation in a real browser, without the internet."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import chromium, listening, page_of

from service.app import create_app
from service.config import Settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(course_sqlite: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("site") / "catalog.db"
    shutil.copy(course_sqlite.removeprefix("sqlite:///"), path)
    with listening(create_app(Settings(database_url=f"sqlite:///{path}"))) as url:
        yield url


@pytest.fixture
def page() -> Iterator[Any]:
    with chromium() as browser, page_of(browser) as page:
        yield page


def test_the_documentation_can_be_read_and_tried(site: str, page: Any, tmp_path: Path) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{site}/docs")
    page.get_by_role("heading", name="Coursegraph").wait_for()
    page.locator("#operations-search-searchResources").click()
    page.locator("#operations-search-searchResources input[placeholder='q']").fill("videos on backprop")
    page.locator("#operations-search-searchResources button.execute").click()
    page.locator("#operations-search-searchResources .live-responses-table .response").wait_for()

    answer = page.locator("#operations-search-searchResources .live-responses-table").inner_text()
    assert "No video is filed under Backpropagation and initialization" in answer
    assert complaints == []
    assert [url for url in asked if not url.startswith((site, "data:"))] == []
