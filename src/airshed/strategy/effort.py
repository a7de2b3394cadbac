"""How long a plan is sought: the gap at which it counts as the cheapest, and the time after which the best is taken."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

GAP = 1e-7
"""Relative gap at which a plan with indivisible options counts as the cheapest."""


@dataclass(frozen=True)
class Effort:
    """What may be spent on a plan with indivisible options.

    gap : relative, between the cost of the plan and a bound below which no plan costs; seconds : of all solves since
        `since` (of the monotonic clock), None for as many as it takes

    >>> Effort().left() is None
    True
    """

    gap: float = GAP
    seconds: float | None = None
    since: float = field(default_factory=time.monotonic)

    def left(self) -> float | None:
        """Return the seconds that are left, 0 where none are, None without a limit."""
        if self.seconds is None:
            return None
        return max(self.seconds - (time.monotonic() - self.since), 0.0)


EXACT = Effort()
