"""Ask the engine and its twin the same question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.policy import LocatePolicy, SnapPolicy
from dispatch_router.domain.travel import Basis
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.snapping import SnappedPosition, snap
from tests.naive.twin import NaiveTwin

SNAP = SnapPolicy(max_snap_m=500.0, candidate_within_m=12.0, yard_speed_m_s=3.0)
LOCATE = LocatePolicy(
    walk_speed_m_s=1.25,
    walk_detour=1.3,
    search_base_s=30.0,
    search_speed_familiar_m_s=2.0,
    search_speed_unfamiliar_m_s=0.5,
)
WALK_MS_PER_MM = LOCATE.walk_detour / LOCATE.walk_speed_m_s


def snapped(graph: RoadGraph, position: LonLat) -> SnappedPosition:
    return snap(graph, position, max_m=SNAP.max_snap_m, within_m=SNAP.candidate_within_m)


def assert_engine_equals_twin(
    graph: RoadGraph,
    engine: RoadEngine,
    twin: NaiveTwin,
    *,
    units: Sequence[LonLat],
    call: LonLat,
    offset_ms: Sequence[int],
    k: int,
    band_ms: int,
) -> None:
    """Same units, same totals to the millisecond, same unreachable ones, same baseline."""
    baseline = list(range(0, len(units), 3))
    answer = engine.nearest(
        engine.place_fleet(units),
        call,
        offset_ms=np.array(offset_ms, dtype=np.int64),
        k=k,
        band_ms=band_ms,
        baseline=baseline,
    )
    totals = twin.totals_ms(
        [snapped(graph, unit) for unit in units],
        snapped(graph, call),
        offset_ms=offset_ms,
        yard_speed_m_s=SNAP.yard_speed_m_s,
        walk_ms_per_mm=WALK_MS_PER_MM,
    )
    if all(total is None for total in totals):
        assert all(leg.basis is Basis.STRAIGHT_LINE for leg in answer.legs)
        assert answer.unreachable == ()
        return
    ranked = sorted((total, unit) for unit, total in enumerate(totals) if total is not None)
    bound = ranked[k - 1][0] + band_ms if len(ranked) >= k else None
    expected = [(total, unit) for total, unit in ranked if bound is None or total <= bound]
    found = [
        (offset_ms[leg.unit_index] + leg.drive_ms + leg.walk_ms, leg.unit_index)
        for leg in answer.legs
    ]
    assert found == expected
    if bound is not None:
        assert answer.certain_to_ms == bound
    assert list(answer.unreachable) == [u for u, total in enumerate(totals) if total is None]
    best = min(((total, u) for total, u in ranked if u in baseline), default=None)
    leg = answer.baseline
    if leg is None:
        assert best is None
    else:
        assert (offset_ms[leg.unit_index] + leg.drive_ms + leg.walk_ms, leg.unit_index) == best
