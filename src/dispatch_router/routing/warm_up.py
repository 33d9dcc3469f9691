"""Run every kernel once, so that none is compiled while a call waits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.response import Response
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.searches import BoundedSearch, LabelSearch
from dispatch_router.routing.snapping import position_along

CALLS = 16
"""Some of them take the unit over other roads than its own, so that a drive is followed."""


def warm_up(engine: RoadEngine) -> None:
    """Ask every search there is, with routes and a baseline, whichever one would be chosen."""
    graph = engine.graph(UnitMode.CAR)
    positions = _positions(graph)
    start, elsewhere = next(positions), next(positions)
    fleet = engine.place_fleet([start])
    fleet.move(0, elsewhere)
    offset_ms = np.zeros(1, dtype=np.int64)
    for response in Response:
        for search in (BoundedSearch, LabelSearch):
            for call in _positions(graph):
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
    fleet.move(0, start)


def _positions(graph: RoadGraph) -> Iterator[LonLat]:
    """Points of roads that may be driven, from all over the graph."""
    driven = graph.states.directed_edge
    for arc in np.linspace(0, len(driven) - 1, CALLS).astype(np.int64).tolist():
        yield position_along(graph, int(driven[arc]) >> 1, 0)
