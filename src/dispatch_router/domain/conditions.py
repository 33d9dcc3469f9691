"""What the roads are like at one time: the hour's speeds and the closures in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch_router.domain.closures import Closure
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name
from dispatch_router.domain.traffic import SpeedPeriod


@dataclass(frozen=True, slots=True)
class Conditions:
    """Everything that changes driving times while the road graph stays the same.

    Attributes:
        period: whose speed factors hold; None where traffic is light.
        closures: in force, by id.
        valid_until: the first instant at which other conditions hold, aware; None for never.
    """

    period: SpeedPeriod | None = None
    closures: tuple[Closure, ...] = ()
    valid_until: datetime | None = None


LIGHT_TRAFFIC = Conditions()
"""No period, no closures."""


@dataclass(frozen=True, slots=True)
class ClosedRoads:
    """The road parts that a closure concerns on the road graph in use.

    Attributes:
        length_m: of all of them, each road part once whatever the direction and mode.
        road_names: distinct, in both languages.
        lines: their shapes, WGS-84.
    """

    length_m: float
    road_names: tuple[Name, ...]
    lines: tuple[tuple[LonLat, ...], ...]
