"""Put drawn towns together: one for each mode."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from dispatch_router.domain.travel import NetworkSummary
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.graph import DistrictRoads, RoadGraph

DETOUR_FACTOR = 1.5
ROAD_SPEED_M_S = 10.0


def district_roads(networks: Mapping[UnitMode, RoadGraph]) -> DistrictRoads:
    """Make the roads of a district; counts are of no interest here."""
    summary = next(iter(networks.values())).summary
    known = tuple(
        NetworkSummary(
            mode=mode,
            node_count=1,
            edge_count=1,
            arc_count=1,
            road_km=1.0,
            largest_component_share=1.0,
            restriction_count=0,
            detour_factor=DETOUR_FACTOR,
            road_speed_m_s=ROAD_SPEED_M_S,
        )
        for mode in networks
    )
    return DistrictRoads(networks, dataclasses.replace(summary, networks=known))


def roads_for_cars(graph: RoadGraph) -> DistrictRoads:
    """Make the roads of a district that knows cars alone."""
    return district_roads({UnitMode.CAR: graph})


def as_built(graph: RoadGraph) -> DistrictRoads:
    """Make the roads of a district that knows cars alone, with what was found of their graph."""
    return DistrictRoads({UnitMode.CAR: graph}, graph.summary)
