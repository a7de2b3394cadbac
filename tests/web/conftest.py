"""The application over the built-in pack, which waits for every answer."""

import pytest


@pytest.fixture(scope="session")
def connect():
    """Return what opens a client of an application."""
    from starlette.testclient import TestClient

    return TestClient


@pytest.fixture(scope="session")
def site_app(pack):
    """Return the application; an answer that a worker could not send to it fails, though nothing is sent here."""
    from airshed.web.app import create_app
    from airshed.web.worker import packed

    app = create_app(pack, patience=None)
    app.state.site.desk.made = lambda key, answer: packed(answer, pack)
    return app


@pytest.fixture(scope="session")
def client(site_app, connect):
    with connect(site_app, follow_redirects=False) as opened:
        yield opened
