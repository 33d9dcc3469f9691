"""The last resort: no road is known that leads there, so the straight line has to do."""

from __future__ import annotations

import math

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.travel import Basis, DriveLeg, NetworkSummary
from dispatch_router.routing.geodesy import metres_per_degree


def straight_m(start: LonLat, end: LonLat) -> float:
    """Metres between two places: in a plane that touches the ellipsoid half way."""
    lon_m, lat_m = metres_per_degree((start.lat + end.lat) / 2.0)
    return math.hypot((end.lon - start.lon) * lon_m, (end.lat - start.lat) * lat_m)


def straight_leg(
    unit: int, start: LonLat, call: LonLat, network: NetworkSummary, *, with_route: bool
) -> DriveLeg:
    """Estimate a drive by the detour and the speed that were fitted on this very graph."""
    road_m = straight_m(start, call) * network.detour_factor
    return DriveLeg(
        unit_index=unit,
        drive_ms=round(1000.0 * road_m / network.road_speed_m_s),
        walk_ms=0,
        distance_m=road_m,
        basis=Basis.STRAIGHT_LINE,
        route=(start, call) if with_route else None,
    )
