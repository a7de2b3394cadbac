"""The command `serve`: pages and REST over the functions of the command line."""

from __future__ import annotations

import socket
from typing import Annotated

import typer

from airshed.cli.output import say
from airshed.cli.settings import settings


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option("--host", help="address to listen at; 0.0.0.0 for all")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="port; 0 takes a free one")] = 8000,
) -> None:
    """Serve the pages and REST until it is stopped; a pack that fails its checks is told on every page."""
    given = settings(context)
    import uvicorn

    from airshed.pack.errors import AirshedError
    from airshed.pack.finding import PackError
    from airshed.pack.pack import Pack
    from airshed.pack.telling import told
    from airshed.web.app import create_app

    try:
        held = socket.create_server((host, port))
    except OSError as why:
        raise AirshedError(f"{host}:{port} cannot be listened at: {why.strerror}", "give another --port") from None
    source: Pack | PackError
    try:
        source = given.open_pack()
    except PackError as broken:
        source = broken
        say(f"airshed: {told(broken.message, given.language)}")
    shown = f"http://{host}:{held.getsockname()[1]}/{given.language}/"
    say(given.translator()("airshed serves at {address}; stop it with Ctrl+C").format(address=shown))
    config = uvicorn.Config(create_app(source, prepare=True), log_level="warning", server_header=False)
    uvicorn.Server(config).run(sockets=[held])
