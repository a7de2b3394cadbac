"""The server: it stops at once when it is told to, whatever is being computed or followed."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Sequence
from types import FrameType

import uvicorn
from fastapi import FastAPI

from airshed.pack.errors import AirshedError
from airshed.store import Store
from airshed.web.connections import LIMITS, Limits, bounded

FAREWELL = 5
"""Seconds that open connections have to end."""


EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Addresses that mean all of this machine, and where it reaches itself."""


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises AirshedError where that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as why:
        if why.errno == errno.EADDRINUSE:
            raise AirshedError("port-use-already", port=port, host=host) from None
        reason = os.strerror(why.errno) if why.errno is not None and why.errno > 0 else why.strerror
        raise AirshedError("cannot-listened", host=host, port=port, reason=reason) from None


def place(host: str, held: socket.socket) -> str:
    """Return the address of a server as a browser takes it."""
    shown = EVERYWHERE.get(host, host)
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{held.getsockname()[1]}"


class Server(uvicorn.Server):
    """Tells the jobs that the server stops: open streams end, and the running computation at its next step."""

    def __init__(self, app: FastAPI, store: Store, proxies: Sequence[str] = (), limits: Limits = LIMITS) -> None:
        """Serve an application; proxies : addresses and networks whose X-Forwarded-For is believed."""
        super().__init__(
            uvicorn.Config(
                app,
                http=bounded(limits, proxies),
                ws="none",
                log_level="warning",
                server_header=False,
                proxy_headers=bool(proxies),
                forwarded_allow_ips=list(proxies),
                timeout_graceful_shutdown=FAREWELL,
            )
        )
        self._jobs, self._store = app.state.site.jobs, store

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note the signal; no lock may be taken here, for the interrupted code may hold it."""
        self._jobs.stopping = True
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the connections, then the database: after this the signal ends the process."""
        # Who waits for an answer is told that the computation was ended, while the connections are still open.
        threading.Thread(target=self._jobs.close, daemon=True).start()
        await super().shutdown(sockets)
        self._store.close()
