"""Charts of single answers, for the pages that are not declared yet."""

from airshed.answers.chapters.single import MOST, side_by_side

__all__ = ["MOST", "side_by_side"]
