"""A service that listens, and a real browser without the internet."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """The address of an app that listens on a free port, and is closed in the end."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["coursegraph"].close()


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser that reaches this machine alone."""
    playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need Playwright: pip install .[dev]")
    if CHROMIUM is None:
        pytest.skip("browser tests need Chromium: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def page_of(browser: Any) -> Iterator[Any]:
    """A page that shares nothing with the browser's others."""
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    yield page
    page.close()
