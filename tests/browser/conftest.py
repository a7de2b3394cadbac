"""One server over the built-in pack and one browser for all tests of a process."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from support.browser import FLAGS, chromium
from support.held import serving


@pytest.fixture(scope="session")
def server(answering):
    """Serve the built-in pack at a free port, and wait for every answer; returns the address."""
    from airshed.store import Store

    store = Store()
    with serving(answering(store=store), store) as (place, _):
        yield "http://{}:{}".format(*place)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """Return the folder of the screenshots: AIRSHED_SCREENSHOTS, or one that the run throws away."""
    folder = Path(os.environ.get("AIRSHED_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
