"""`python -m airshed` is the command `airshed`."""

from airshed.cli.main import script

if __name__ == "__main__":
    script()
