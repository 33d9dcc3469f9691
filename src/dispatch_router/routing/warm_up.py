"""Run every kernel once, so that none is compiled while a call waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from dispatch_router.domain.closures import CLOSED, Area, Closure
from dispatch_router.domain.conditions import Conditions
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.response import Response
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.kernels.flood import Neighbours, reached_from
from dispatch_router.routing.reach import core_reach
from dispatch_router.routing.searches import BoundedSearch, LabelSearch, Search
from dispatch_router.routing.snapping import position_along
from dispatch_router.routing.topology import plain

CALLS = 16
"""Some of them take the unit over other roads than its own, so that a drive is followed."""

FEW_CALLS = 4

A_BLOCK_DEGREES = 0.001


def warm_up_calls(engine: RoadEngine) -> None:
    """Ask the bounded search alone: what has to be compiled before the first call is answered.

    An engine beside this one is asked, on the same graph: nothing that answers calls is touched.
    """
    beside = engine.another(with_hierarchy=False)
    calls = list(_positions(engine.graph(UnitMode.CAR)))
    # A unit at every place: each search ends soon.
    fleet = beside.place_fleet(calls, [UnitMode.CAR] * len(calls))
    _ask(beside, fleet, calls[:FEW_CALLS], BoundedSearch)
    fleet.move({0: calls[1]})


def warm_up(engine: RoadEngine) -> None:
    """Ask every search there is about moving units and closed roads, beside the engine as above."""
    # Where closures leave no part with most of the states, the core is looked for by scipy.
    core_reach(1, np.zeros(1, dtype=np.int32), np.zeros(1, dtype=np.int32))
    # Where closures shut units in, all that they can drive to is looked for.
    nothing = plain(np.zeros(0, dtype=np.int32))
    lonely = Neighbours(plain(np.zeros(2, dtype=np.int32)), nothing, nothing)
    reached_from(lonely, nothing, np.zeros(1, dtype=np.int32))
    beside = engine.another(with_hierarchy=True)
    calls = list(_positions(engine.graph(UnitMode.CAR)))
    fleet = beside.place_fleet(calls[:2], [UnitMode.CAR, UnitMode.FOOT])
    _ask(beside, fleet, calls, BoundedSearch, LabelSearch)
    fleet.move({0: calls[1]})
    for position in calls[:2]:
        # Closed all round, a call is cut off; and open again, the hierarchy takes it back.
        beside.adopt(Conditions(closures=(_closed_around(position),)))
        _ask(beside, fleet, calls[:FEW_CALLS], BoundedSearch, LabelSearch)
        beside.adopt(Conditions())
        fleet.move({0: calls[0]})


def _ask(engine: RoadEngine, fleet: Fleet, calls: list[LonLat], *searches: type[Search]) -> None:
    offset_ms = np.zeros(len(fleet), dtype=np.int64)
    for response in Response:
        for search in searches:
            for call in calls:
                engine.nearest(
                    fleet,
                    call,
                    offset_ms=offset_ms,
                    k=1,
                    band_ms=0,
                    baseline=[0],
                    with_routes=True,
                    response=response,
                    search=search,
                )


def _positions(graph: RoadGraph) -> Iterator[LonLat]:
    """Points of roads that may be driven, from all over the graph."""
    driven = graph.states.directed_edge
    for arc in np.linspace(0, len(driven) - 1, CALLS).astype(np.int64).tolist():
        yield position_along(graph, int(driven[arc]) >> 1, 0)


def _closed_around(position: LonLat) -> Closure:
    west, east = position.lon - A_BLOCK_DEGREES, position.lon + A_BLOCK_DEGREES
    south, north = position.lat - A_BLOCK_DEGREES, position.lat + A_BLOCK_DEGREES
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return Closure(
        id=f"{position.lon} {position.lat}",
        shape=Area(tuple(LonLat(*corner) for corner in ring)),
        heading_deg=None,
        along_line=False,
        speed_permille=CLOSED,
        modes=frozenset({UnitMode.CAR}),
        starts_at=datetime.min.replace(tzinfo=UTC),
        ends_at=None,
        reason="",
    )
