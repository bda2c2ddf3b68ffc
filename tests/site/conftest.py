"""The built site over HTTP, and a page of a headless Chromium."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, sync_playwright

SITE: Final = Path(__file__).parents[2] / ".site"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="session")
def site_url() -> Iterator[str]:
    """Serve `.site`, as `make docs-site` built it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=SITE)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def chromium_page(site_url: str) -> Iterator[Page]:
    """Start Chromium; `make test-site` says which."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=os.environ["BROWSER"], args=arguments)
        yield browser.new_page(base_url=site_url, permissions=["clipboard-read", "clipboard-write"])
        browser.close()


@pytest.fixture
def page(chromium_page: Page, site_url: str) -> Iterator[Page]:
    """Return the page; requests to other hosts, missing files and errors of scripts fail the test."""
    problems: list[str] = []
    own = (site_url, "data:", "blob:")
    listeners = {
        "request": lambda request: problems.append(request.url) if not request.url.startswith(own) else None,
        "response": lambda response: problems.append(response.url) if response.status >= 400 else None,
        "pageerror": lambda error: problems.append(str(error)),
        "console": lambda message: problems.append(message.text) if message.type in ("error", "warning") else None,
    }
    for event, listener in listeners.items():
        chromium_page.on(event, listener)
    yield chromium_page
    for event, listener in listeners.items():
        chromium_page.remove_listener(event, listener)
    assert problems == []
