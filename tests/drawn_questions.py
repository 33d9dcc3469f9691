"""Questions about drawn towns, put to both searches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.policy import SnapPolicy
from dispatch_router.domain.travel import NearestUnits
from dispatch_router.routing.engine import RoadEngine
from tests.ascii_map import Town
from tests.district_roads import roads_for_cars
from tests.naive.comparison import LOCATE

SNAP = SnapPolicy(max_snap_m=300.0, candidate_within_m=0.1, yard_speed_m_s=2.0)


def ask(
    town: Town,
    units: Sequence[LonLat],
    call: LonLat,
    *,
    k: int = 9,
    offset_ms: Sequence[int] | None = None,
    snap: SnapPolicy = SNAP,
    band_ms: int = 0,
    with_routes: bool = False,
) -> NearestUnits:
    """Ask the bounded search and the hierarchy; they must agree, routes included."""
    offsets = np.zeros(len(units), dtype=np.int64)
    if offset_ms is not None:
        offsets = np.array(offset_ms, dtype=np.int64)
    bounded, by_labels = (
        engine.nearest(
            engine.place_fleet(units),
            call,
            offset_ms=offsets,
            k=k,
            band_ms=band_ms,
            baseline=range(len(units)),
            with_routes=with_routes,
        )
        for engine in (
            RoadEngine(roads_for_cars(town.graph), snap, LOCATE, with_hierarchy=False),
            RoadEngine(roads_for_cars(town.graph), snap, LOCATE),
        )
    )
    assert bounded == by_labels
    return by_labels


def drive_s(answer: NearestUnits) -> dict[int, int]:
    return {leg.unit_index: round(leg.drive_ms / 1000) for leg in answer.legs}
