"""The roads inside an outline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import shapely

from dispatch_router.domain.closures import Area
from dispatch_router.routing.closing.plane import Metres, Plane, plane_around, segments_near
from dispatch_router.routing.graph import Int32, RoadGraph

LEAST_INSIDE_M: Final = 1.0
"""A road that the outline merely touches, as one drawn along a kerb does, stays open."""


@dataclass(frozen=True, slots=True)
class _Outline:
    """An area in metres.

    Attributes:
        plane: where it lies.
        polygon: the area there, prepared for many questions.
    """

    plane: Plane
    polygon: shapely.Polygon


@lru_cache(maxsize=4)
def _outline(area: Area) -> _Outline:
    """Lay out an area, once for the networks of all modes."""
    plane = plane_around(area.ring)
    polygon = shapely.Polygon(plane.of_positions(area.ring))
    shapely.prepare(polygon)
    return _Outline(plane, polygon)


def edges_in_area(graph: RoadGraph, area: Area) -> Int32:
    """Return the edges with a part inside of more than ``LEAST_INSIDE_M``, or of half the edge.

    Returns:
        Edges, ascending.
    """
    outline = _outline(area)
    segments = segments_near(graph, area.ring, 0.0, outline.plane)
    if len(segments) == 0:
        return segments
    start, end = outline.plane.of_points(graph, np.stack((segments, segments + 1)))
    # Segments come in order, and so those of one edge come together.
    edge = graph.edges.point_edge[segments]
    first = np.flatnonzero(np.append(True, edge[1:] != edge[:-1]))
    edges = edge[first]
    inside_m = np.add.reduceat(_inside_m(outline.polygon, np.stack((start, end), 1)), first)
    enough_m = np.minimum(LEAST_INSIDE_M, graph.edges.length_mm[edges] / 2000.0)
    closed: Int32 = edges[(inside_m > 0.0) & (inside_m >= enough_m)]
    return closed


def _inside_m(polygon: shapely.Polygon, ends: Metres) -> Metres:
    """Length of the part of each segment inside; ``ends`` has shape (segments, 2, 2)."""
    lines = np.asarray(shapely.linestrings(ends))
    inside_m = np.zeros(len(lines))
    concerned = np.flatnonzero(shapely.intersects(polygon, lines))
    if len(concerned) > 0:
        inside_m[concerned] = shapely.length(shapely.intersection(lines[concerned], polygon))
    return inside_m
