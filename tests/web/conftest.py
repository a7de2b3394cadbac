"""The application over the built-in pack, which waits for every answer."""

import pytest


@pytest.fixture(scope="session")
def connect():
    """Return what opens a client of an application."""
    from starlette.testclient import TestClient

    return TestClient


@pytest.fixture(scope="session")
def site_app(answering):
    """Return the application."""
    return answering()


@pytest.fixture(scope="session")
def client(site_app, connect):
    with connect(site_app, follow_redirects=False) as opened:
        yield opened
