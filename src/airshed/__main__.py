"""`python -m airshed` is the command `airshed`, without the working directory among the places of modules."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Python puts the working directory first; a numpy.py there would be run. Where airshed itself lies there, it stays.
    if not sys.flags.safe_path and Path(sys.path[0]).resolve() != Path(__file__).resolve().parents[1]:
        del sys.path[0]
    from airshed.cli.main import script

    script()
