"""The server: it stops at once when it is told to, whatever is being computed or followed."""

from __future__ import annotations

import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI

from airshed.store import Store

FAREWELL = 5
"""Seconds that open connections have to end."""


class Server(uvicorn.Server):
    """Tells the jobs that the server stops: open streams end, and the running computation at its next step."""

    def __init__(self, app: FastAPI, store: Store) -> None:
        super().__init__(
            uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=FAREWELL)
        )
        self._jobs, self._store = app.state.site.jobs, store

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note the signal; no lock may be taken here, for the interrupted code may hold it."""
        self._jobs.stopping = True
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the connections, then the database: after this the signal ends the process."""
        self._jobs.stopping = True
        await super().shutdown(sockets)
        self._store.close()
