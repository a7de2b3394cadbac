"""The command `serve`: pages and REST over the functions of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airshed.cli.output import say
from airshed.cli.settings import Settings, bounded, settings
from airshed.pack.bounds import Bound
from airshed.web.effort import DEAREST

if TYPE_CHECKING:
    from airshed.pack.boundaries import Boundaries
    from airshed.pack.finding import PackError
    from airshed.pack.pack import Pack


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option("--host", help="address to listen at; 0.0.0.0 for all")] = "127.0.0.1",
    port: Annotated[int, bounded("--port", Bound(0, 65535, whole=True), "port; 0 takes a free one")] = 8000,
    database: Annotated[
        str, typer.Option("--database", help="file that keeps saved scenarios and jobs; :memory: for none")
    ] = "airshed.db",
    boundaries: Annotated[
        list[Path] | None,
        typer.Option("--boundaries", help="GeoJSON or TopoJSON with areas of regions, for maps; repeatable"),
    ] = None,
    boundary_key: Annotated[
        str | None,
        typer.Option("--boundary-key", help="property with the code or name of the region; else found"),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", help="name that browsers reach the server by, beside its own; repeatable"),
    ] = None,
    names: Annotated[
        Path | None,
        typer.Option("--names", help="CSV of names over those of the pack: code, name_en, name_ko, name_zh"),
    ] = None,
    trust: Annotated[
        list[str] | None,
        typer.Option("--trust", help="address or network of a proxy whose X-Forwarded-For is believed; repeatable"),
    ] = None,
    workers: Annotated[
        int, bounded("--workers", Bound(1, 64, whole=True), "processes for long questions, beside one for short ones")
    ] = 1,
    longest: Annotated[
        float, bounded("--longest", Bound(1, 1e6), "seconds of computation up to which a question is taken")
    ] = DEAREST,
) -> None:
    """Serve the pages and REST until it is stopped; a pack that fails its checks is told on every page."""
    given = settings(context)
    from airshed.pack.errors import AirshedError
    from airshed.store import Store
    from airshed.web.app import create_app
    from airshed.web.hosts import networks, own_names
    from airshed.web.memory import give_back
    from airshed.web.server import Server, listening, place

    proxies = networks(trust or [])
    if boundary_key and not boundaries:
        raise AirshedError("boundary-key-needs-boundaries")
    give_back()
    held = listening(host, port)
    try:
        source, drawn = _opened(given, boundaries or [], boundary_key, names)
        store = Store(database)
    except AirshedError:
        held.close()
        raise
    shown = f"{place(host, held)}/{given.language}/"
    say(given.translator()("airshed serves at {address}; stop it with Ctrl+C").format(address=shown))
    app = create_app(
        source,
        store=store,
        prepare=True,
        boundaries=drawn,
        workers=workers,
        dearest=longest,
        names=own_names(host, name or []),
    )
    Server(app, store, proxies).run(sockets=[held])


def _opened(
    given: Settings, files: list[Path], key: str | None, names: Path | None
) -> tuple[Pack | PackError, Boundaries | None]:
    """Return the pack, or what its checks found, and the boundaries of its regions if files are given.

    names : file with names of the deployment, laid over those of the pack
    """
    from airshed.pack.boundaries import read_boundaries
    from airshed.pack.finding import PackError
    from airshed.pack.names import read_names
    from airshed.pack.telling import told

    try:
        pack = given.open_pack()
    except PackError as broken:
        say(f"airshed: {told(broken.text, given.language)}")
        return broken, None
    pack = pack if names is None else pack.named(read_names(pack, names))
    if not files:
        return pack, None
    drawn = read_boundaries(pack, files, key)
    translate = given.translator()
    for match in drawn.matches:
        said = translate("{file}: {regions} regions by the property {key}; {others} areas are none of the pack")
        say(said.format(file=match.file, regions=match.regions, key=match.key, others=len(match.unmatched)))
    return pack, drawn
