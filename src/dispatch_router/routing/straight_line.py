"""The last resort: no road is known that leads there, so the straight line has to do."""

from __future__ import annotations

import math

import numpy as np

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.travel import Basis, DriveLeg, NetworkSummary
from dispatch_router.routing.geodesy import metres_per_degree
from dispatch_router.routing.graph import RoadGraph


def straight_m(start: LonLat, end: LonLat) -> float:
    """Metres between two places: in a plane that touches the ellipsoid half way."""
    lon_m, lat_m = metres_per_degree((start.lat + end.lat) / 2.0)
    return math.hypot((end.lon - start.lon) * lon_m, (end.lat - start.lat) * lat_m)


def road_distance_m(graph: RoadGraph, place: LonLat) -> float:
    """Metres from a place far away to the nearest shape point of a road."""
    lon_m, lat_m = metres_per_degree(place.lat)
    east_m = (graph.edges.point_lon_e7 / 1e7 - place.lon) * lon_m
    north_m = (graph.edges.point_lat_e7 / 1e7 - place.lat) * lat_m
    return float(np.hypot(east_m, north_m).min(initial=math.inf))


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


def at_least(leg: DriveLeg, open_way: DriveLeg | None) -> DriveLeg:
    """Let a straight line that closures are the cause of be no shorter than the way without them.

    Args:
        leg: along the straight line.
        open_way: of the same unit if nothing were closed; None where there is none.
    """
    if open_way is None:
        return leg
    return leg._replace(
        drive_ms=max(leg.drive_ms, open_way.drive_ms + open_way.walk_ms),
        distance_m=max(leg.distance_m, open_way.distance_m),
    )
