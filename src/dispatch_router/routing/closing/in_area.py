"""The roads inside an outline."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from dispatch_router.domain.closures import Area
from dispatch_router.routing.closing.plane import Metres, plane_around, segments_near
from dispatch_router.routing.graph import Int32, RoadGraph

LEAST_INSIDE_M: Final = 1.0
"""A road that the outline merely touches, as one drawn along a kerb does, stays open."""


def edges_in_area(graph: RoadGraph, area: Area) -> Int32:
    """Return the edges with a part inside of more than ``LEAST_INSIDE_M``, or of half the edge.

    Returns:
        Edges, ascending.
    """
    segments = segments_near(graph, area.ring, 0.0)
    if len(segments) == 0:
        return segments
    plane = plane_around(area.ring)
    outline = shapely.Polygon(plane.of_positions(area.ring))
    ends = np.stack((plane.of_points(graph, segments), plane.of_points(graph, segments + 1)), 1)
    edges, edge_at = np.unique(graph.edges.point_edge[segments], return_inverse=True)
    inside_m = np.bincount(edge_at, _inside_m(outline, ends), len(edges))
    enough_m = np.minimum(LEAST_INSIDE_M, graph.edges.length_mm[edges] / 2000.0)
    closed: Int32 = edges[(inside_m > 0.0) & (inside_m >= enough_m)]
    return closed


def _inside_m(outline: shapely.Polygon, ends: Metres) -> Metres:
    """Length of the part of each segment inside; ``ends`` has shape (segments, 2, 2)."""
    lines = np.asarray(shapely.linestrings(ends))
    shapely.prepare(outline)
    whole = shapely.covers(outline, lines)
    across = ~whole & shapely.intersects(outline, lines)
    inside_m = np.where(whole, shapely.length(lines), 0.0)
    inside_m[across] = shapely.length(shapely.intersection(lines[across], outline))
    return inside_m
