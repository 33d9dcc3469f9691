"""From a closure to the directed edges that it concerns."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.closures import AlongLine, Area, Closure
from dispatch_router.routing.closing.along_line import edges_along_line
from dispatch_router.routing.closing.in_area import edges_in_area
from dispatch_router.routing.closing.road_names import RoadNames
from dispatch_router.routing.geodesy import metres_per_degree
from dispatch_router.routing.graph import Int32, RoadGraph, ever_permitted


class ClosureMatcher:
    """Matches closures with one road graph; safe to share between threads."""

    def __init__(self, graph: RoadGraph) -> None:
        self._graph = graph

    def closed_edges(self, closure: Closure) -> Int32:
        """Return the directed edges that a closure concerns, ascending.

        Only those that some drive may take, if an emergency drive alone. When it holds, how much
        it slows and for which modes is not looked at.
        """
        directed: Int32 = self._directed(closure)
        directed = directed[self._permitted[directed]]
        if closure.heading_deg is not None:
            directed = directed[_heads_for(self._graph, directed, closure.heading_deg)]
        return directed

    def warm_up(self) -> None:
        """Make now what the first closure would else wait for: 50 ms on a city."""
        self._names.edges_of("")
        _ = self._permitted

    @cached_property
    def _names(self) -> RoadNames:
        return RoadNames(self._graph)

    @cached_property
    def _permitted(self) -> npt.NDArray[np.bool_]:
        return ever_permitted(self._graph.edges)

    def _directed(self, closure: Closure) -> Int32:
        shape = closure.shape
        if isinstance(shape, AlongLine):
            either, forward, backward = edges_along_line(self._graph, shape)
            if closure.along_line:
                return np.union1d(2 * forward, 2 * backward + 1).astype(np.int32)
            return _both_directions(either)
        if isinstance(shape, Area):
            return _both_directions(edges_in_area(self._graph, shape))
        return _both_directions(self._names.edges_of(shape.name))


def closed_edges(graph: RoadGraph, closure: Closure) -> Int32:
    """Match one closure; whoever has several keeps a ``ClosureMatcher``."""
    return ClosureMatcher(graph).closed_edges(closure)


def _both_directions(edges: Int32) -> Int32:
    return np.stack((2 * edges, 2 * edges + 1), axis=1).ravel().astype(np.int32)


def _heads_for(graph: RoadGraph, directed: Int32, heading_deg: float) -> npt.NDArray[np.bool_]:
    """Tell which edges lead within 90 degrees of a compass bearing, from first to last point.

    A loop leads nowhere, and so is within 90 degrees of everything.
    """
    edges = graph.edges
    start = edges.shape_first[directed >> 1]
    end = edges.shape_first[(directed >> 1) + 1] - 1
    lat = (edges.point_lat_e7[start] + edges.point_lat_e7[end].astype(np.float64)) / 2e7
    lon_m, lat_m = metres_per_degree(lat)
    east = (edges.point_lon_e7[end] - edges.point_lon_e7[start].astype(np.float64)) * lon_m
    north = (edges.point_lat_e7[end] - edges.point_lat_e7[start].astype(np.float64)) * lat_m
    bearing = np.radians(heading_deg)
    ahead = east * np.sin(bearing) + north * np.cos(bearing)
    # Against the shape, ahead is behind.
    return np.asarray(np.where(directed & 1, -ahead, ahead) >= 0)
