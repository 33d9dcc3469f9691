"""Closures for tests: of every road alike unless told otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dispatch_router.domain.closures import (
    CLOSED,
    AlongLine,
    Area,
    Closure,
    NamedRoad,
)
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.units import UnitMode

MORNING = datetime(2025, 6, 2, 1, 0, tzinfo=UTC)


def closure(shape: Area | AlongLine | NamedRoad, **changes: Any) -> Closure:
    members: dict[str, Any] = {
        "id": "c1",
        "heading_deg": None,
        "along_line": False,
        "speed_permille": CLOSED,
        "modes": frozenset(UnitMode),
        "starts_at": MORNING,
        "ends_at": None,
        "reason": "made up",
    }
    return Closure(shape=shape, **(members | changes))


def area(*corners: LonLat) -> Area:
    return Area((*corners, corners[0]))


def box(west: float, south: float, east: float, north: float) -> Area:
    return area(LonLat(west, south), LonLat(east, south), LonLat(east, north), LonLat(west, north))
