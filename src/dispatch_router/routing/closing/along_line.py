"""The roads that a drawn line follows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from dispatch_router.domain.closures import AlongLine
from dispatch_router.routing.closing.plane import Metres, Plane, plane_around, segments_near
from dispatch_router.routing.graph import Int32, RoadGraph

SAMPLE_M: Final = 5.0
"""Roads are looked at in pieces of at most this length, each at its middle."""
MOST_TURNED: Final = math.cos(math.radians(30.0))
"""Cosine of the greatest angle between a road and a line that it runs along."""
LEAST_ALONG_M: Final = 10.0
"""A hand that draws past a junction does not close what comes after it."""

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Samples:
    """Middles of pieces of road.

    Attributes:
        place: shape (samples, 2).
        heading: shape (samples, 2), of length 1, as the shape of the edge runs.
        length_m: shape (samples,), of the piece.
        edges: shape (edges,), those that have samples, ascending.
        edge_at: shape (samples,), where in ``edges`` the sample's edge is.
    """

    place: Metres
    heading: Metres
    length_m: Metres
    edges: Int32
    edge_at: Numbers


@dataclass(frozen=True, slots=True)
class _Line:
    """What was drawn, piece by piece; pieces without length are left out.

    Attributes:
        start, heading: shape (pieces, 2), headings of length 1.
        length_m: shape (pieces,).
        tree: finds the pieces near something.
    """

    start: Metres
    heading: Metres
    length_m: Metres
    tree: shapely.STRtree


def edges_along_line(graph: RoadGraph, drawn: AlongLine) -> tuple[Int32, Int32, Int32]:
    """Return the edges that run along a line.

    A place on a road follows the line where some piece of the line is at most ``within_m`` away
    and turned by at most 30 degrees; what lies before the line's start or past its end does not.
    An edge runs along the line where at least half of what is near the line follows it, and that
    is long enough: half the edge, or half the line, or ``within_m`` (at least
    ``LEAST_ALONG_M``), whichever is shortest.

    Returns:
        Edges that follow it in whatever direction; those followed as the shape of the edge runs;
        those followed against it. Each ascending.
    """
    plane = plane_around(drawn.points)
    segments = segments_near(graph, drawn.points, drawn.within_m, plane)
    line = _line(plane.of_positions(drawn.points))
    samples = _samples(graph, plane, _near(graph, plane, segments, line, drawn.within_m))
    near, forward, backward = _followed(samples, line, drawn.within_m)

    def length_m(chosen: npt.NDArray[np.bool_]) -> Metres:
        lengths_m = np.where(chosen, samples.length_m, 0.0)
        return np.bincount(samples.edge_at, lengths_m, len(samples.edges)).astype(np.float64)

    enough_m = np.minimum(
        graph.edges.length_mm[samples.edges] / 2000.0,
        min(float(line.length_m.sum()) / 2, max(drawn.within_m, LEAST_ALONG_M)),
    )
    along_m = length_m(forward | backward)
    runs_along = (along_m > 0) & (along_m >= enough_m) & (along_m >= length_m(near) / 2)
    return (
        samples.edges[runs_along],
        samples.edges[runs_along & (length_m(forward) >= enough_m)],
        samples.edges[runs_along & (length_m(backward) >= enough_m)],
    )


def _line(places: Metres) -> _Line:
    step = np.diff(places, axis=0)
    length_m = np.hypot(step[:, 0], step[:, 1])
    drawn = length_m > 0
    start, step, length_m = places[:-1][drawn], step[drawn], length_m[drawn]
    pieces = np.asarray(shapely.linestrings(np.stack((start, start + step), 1)))
    return _Line(start, step / length_m[:, None], length_m, shapely.STRtree(pieces))


def _near(graph: RoadGraph, plane: Plane, segments: Int32, line: _Line, within_m: float) -> Int32:
    """Return those of the segments of which some part is near the line."""
    ends = np.stack((plane.of_points(graph, segments), plane.of_points(graph, segments + 1)), 1)
    found, _ = line.tree.query(shapely.linestrings(ends), "dwithin", within_m)
    near: Int32 = segments[np.unique(found)]
    return near


def _samples(graph: RoadGraph, plane: Plane, segments: Int32) -> _Samples:
    start = plane.of_points(graph, segments)
    step = plane.of_points(graph, segments + 1) - start
    length_m = np.hypot(step[:, 0], step[:, 1])
    pieces = np.ceil(length_m / SAMPLE_M).astype(np.int64)
    segment = np.repeat(np.arange(len(segments)), pieces)
    first = np.cumsum(pieces) - pieces
    share = (np.arange(len(segment)) - first[segment] + 0.5) / pieces[segment]
    edges, edge_at = np.unique(graph.edges.point_edge[segments][segment], return_inverse=True)
    return _Samples(
        place=start[segment] + share[:, None] * step[segment],
        heading=step[segment] / length_m[segment, None],
        length_m=(length_m / np.maximum(pieces, 1))[segment],
        edges=edges,
        edge_at=edge_at,
    )


def _followed(
    samples: _Samples, line: _Line, within_m: float
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Tell which samples are near the line, follow it, and follow it against their heading."""
    sample, piece = line.tree.query(shapely.points(samples.place), "dwithin", within_m)
    along_m = ((samples.place[sample] - line.start[piece]) * line.heading[piece]).sum(axis=1)
    before = (piece == 0) & (along_m < 0)
    past = (piece == len(line.length_m) - 1) & (along_m > line.length_m[piece])
    beside = ~before & ~past
    cosine = (samples.heading[sample] * line.heading[piece]).sum(axis=1)

    def some(pairs: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        found = np.zeros(len(samples.edge_at), dtype=np.bool_)
        found[sample[pairs]] = True
        return found

    return (
        some(beside),
        some(beside & (cosine >= MOST_TURNED)),
        some(beside & (cosine <= -MOST_TURNED)),
    )
