"""In a real browser, nothing that a page or a picture says is run."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from browsing import chromium, listening, page_of

from service.app import create_app
from service.catalog import keys
from service.catalog.models import Drawing, Figure, Run
from service.config import Settings

pytestmark = pytest.mark.browser

SCRIPT = '<script>alert(1)</script>"><img src=x onerror=alert(2)><svg onload=alert(3)>'
MARKDOWN = f"# Course\n\n## Networks `{SCRIPT}`\n\n* [`{SCRIPT}`](https://example.org/a) by `{SCRIPT}`, `{SCRIPT}`\n"
PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(4)"><script>alert(5)</script>'
    b'<foreignObject><img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="alert(6)"/></foreignObject>'
    b'<a href="javascript:alert(7)"><text y="20">drawn</text></a></svg>'
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Any) -> Iterator[str]:
    """A service with the page, and a run whose picture was drawn by the devil."""
    path = tmp_path_factory.mktemp("hostile") / "catalog.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    app = create_app(Settings(database_url=f"sqlite:///{path}"))
    with app.extensions["coursegraph"].sessions.begin() as session:
        curator = {"Authorization": f"Bearer {keys.create(session, 'curate', 'ada')}"}
        run = {"demo": "x", "fingerprint": "x", "parameters": {}, "seed": "0", "device": "cpu", "status": "succeeded"}
        session.add(Run(number=1, id="run", **run))
        session.flush()
        session.add(Figure(run_number=1, name="f", position=0, title="f", description="f", specification="{}"))
        session.flush()
        session.add(Drawing(run_number=1, name="f", format="svg", status="drawn", content=PICTURE))
    ingested = app.test_client().post("/api/v1/ingests", json={"markdown": MARKDOWN, "name": SCRIPT}, headers=curator)
    assert ingested.status_code == 201
    with listening(app) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with page_of(browser) as page:
        yield page


@pytest.fixture
def ran(page: Any) -> list[str]:
    """What scripts that ran have said."""
    said: list[str] = []

    def heard(dialog: Any) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", heard)
    return said


def test_the_listener_hears_scripts(page: Any, ran: list[str]) -> None:
    page.set_content(f"<p>{SCRIPT}</p>")
    page.wait_for_timeout(200)

    assert ran


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/resources",
        "/api/v1/topics",
        "/api/v1/graph",
        "/api/v1/search?q=networks",
        "/api/v1/runs/run",
        "/api/v1/nothing/<script>alert(1)</script>",
        "/<img src=x onerror=alert(1)>",
    ],
)
def test_answers_that_are_opened_run_nothing(site: str, page: Any, ran: list[str], path: str) -> None:
    page.goto(site + path)
    page.wait_for_timeout(200)

    assert ran == []


@pytest.mark.parametrize("format", ["application/graphml+xml", "text/turtle", "application/ld+json"])
def test_the_graph_in_other_formats_runs_nothing(site: str, page: Any, ran: list[str], format: str) -> None:
    page.set_extra_http_headers({"Accept": format})
    with suppress(Exception):  # Chromium saves what is no page, and says so
        page.goto(f"{site}/api/v1/graph")
    page.wait_for_timeout(200)

    assert ran == []


def test_a_picture_runs_nothing_and_is_shown(site: str, page: Any, ran: list[str]) -> None:
    picture = f"{site}/api/v1/runs/run/figures/f.svg"

    shown = page.goto(picture)
    page.get_by_text("drawn").click()
    page.wait_for_timeout(200)

    assert shown.headers["content-type"].startswith("image/svg+xml")
    assert ran == []


def test_a_picture_can_be_shown_on_other_sites(site: str, page: Any) -> None:
    page.set_content(f"<img src='{site}/api/v1/runs/run/figures/f.svg'>")
    page.wait_for_function("document.images[0].complete")

    assert page.evaluate("document.images[0].naturalWidth") > 0


def test_the_documentation_shows_hostile_titles_as_text(site: str, page: Any, ran: list[str]) -> None:
    page.goto(f"{site}/docs")
    operation = page.locator("#operations-resources-listResources")
    operation.click()
    operation.locator("button.execute").click()
    operation.locator(".live-responses-table .response").wait_for()

    assert "<script>alert(1)</script>" in operation.locator(".live-responses-table").inner_text()
    assert ran == []
