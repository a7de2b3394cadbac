#!/usr/bin/env python3
"""Serves a tiny pack, whose pages come in a second, and starts again when a file of the source changes.

python tools/dev.py [PACK]    PACK: folder of another pack; `built-in` for Northeast Asia
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "airshed"
WATCHED = {".py", ".html", ".css", ".js", ".po", ".csv", ".json"}
PAUSE = 0.5
"""Seconds between two looks at the files."""


def stamps() -> dict[Path, float]:
    """Return when every file that matters was changed last."""
    return {path: path.stat().st_mtime for path in SOURCE.rglob("*") if path.suffix in WATCHED}


def tiny(folder: Path) -> Path:
    """Write the small pack of the tests."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support.small import write_grown  # of the tests, which are no package

    return Path(write_grown(folder))


def serve(arguments: list[str]) -> None:
    """Serve until it is interrupted, from the start again after every change."""
    before = stamps()
    while True:
        server = subprocess.Popen([sys.executable, "-P", "-m", "airshed", "serve", *arguments])
        try:
            while (now := stamps()) == before:
                time.sleep(PAUSE)
            before = now
        finally:
            server.terminate()
            server.wait()


def main() -> int:
    """Read the command line."""
    chosen = sys.argv[1] if len(sys.argv) > 1 else ""
    with tempfile.TemporaryDirectory() as folder:
        pack = [] if chosen == "built-in" else ["--pack", chosen or str(tiny(Path(folder) / "pack"))]
        try:
            serve([*pack, "--database", ":memory:"])
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
