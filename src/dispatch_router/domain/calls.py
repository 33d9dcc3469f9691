"""The question that a call asks: where, how exactly, how urgent."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_router.domain.geo import LonLat

MAX_UNCERTAINTY_M = 20_000.0
MAX_PLACE_CHARACTERS = 100
MAX_TOP = 50
DEFAULT_TOP = 5
PRIORITIES = (1, 2, 3)
DEFAULT_PRIORITY = 2


@dataclass(frozen=True, slots=True)
class CallQuestion:
    """A call to rank the units for.

    Attributes:
        where: a position, or the name, an alias or the id of a place of the gazetteer.
        uncertainty_m: how far from there the person may be, 0 to ``MAX_UNCERTAINTY_M``; None takes
            what the gazetteer or else the policy says.
        priority: one of ``PRIORITIES``, 1 the most urgent; chooses the target.
    """

    where: LonLat | str
    uncertainty_m: float | None = None
    priority: int = DEFAULT_PRIORITY
