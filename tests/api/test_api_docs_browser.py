"""The interactive documentation in a real browser, without the internet."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from service.app import create_app
from service.config import Settings

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def site(course_sqlite: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("site") / "catalog.db"
    shutil.copy(course_sqlite.removeprefix("sqlite:///"), path)
    app = create_app(Settings(database_url=f"sqlite:///{path}"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["coursegraph"].close()


@pytest.fixture
def page() -> Iterator[Any]:
    """A page of Chromium that reaches this machine alone."""
    playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need Playwright: pip install .[dev]")
    if CHROMIUM is None:
        pytest.skip("browser tests need Chromium: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_page(viewport={"width": 1280, "height": 1600})
        browser.close()


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
