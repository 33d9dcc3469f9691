"""The road graph: immutable arrays, shared by every thread and memory-mapped from disk.

Direction ``d`` (0 along the shape, 1 against it) of edge ``e`` is the directed edge ``2 * e + d``.
A *state* is a node together with what a turn rule must remember of the way there; a node that no
rule concerns has one state. An *arc* drives one directed edge from one state to another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.travel import GraphSummary

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
UInt8 = npt.NDArray[np.uint8]
UInt16 = npt.NDArray[np.uint16]

NOT_PERMITTED = -1
"""In ``free_flow_ms`` and ``head_state``: this directed edge must not be driven."""

LONGEST_EDGE_MM = 4 * 10**9
LONGEST_DRIVE_MS = 10**9
"""Of one edge: 4,000 km and 11 days. The product of the two still fits 64 bits."""

REACHES_CORE = 1
"""Bit of ``state_reach``: from here the largest strongly connected part can be reached."""
REACHED_FROM_CORE = 2
"""Bit of ``state_reach``: the largest strongly connected part leads here."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """Where roads meet or end.

    Attributes:
        lon_e7, lat_e7: shape (nodes,), WGS-84 degrees times 10^7.
    """

    lon_e7: Int32
    lat_e7: Int32


@dataclass(frozen=True, slots=True)
class Edges:
    """Pieces of road between two nodes, both directions of each.

    Attributes:
        tail, head: shape (edges,), node at the first and at the last shape point.
        length_mm: shape (edges,), 1 to ``LONGEST_EDGE_MM``.
        free_flow_ms: shape (2 * edges,), per directed edge, 1 to ``LONGEST_DRIVE_MS``, or
            ``NOT_PERMITTED``.
        road_class, flags, layer, way_id: shape (edges,); see ``road_classes``.
        name, name_zh, name_en: shape (edges,), index into the name table; 0 is no name.
        shape_first: shape (edges + 1,), offsets into the shape points.
        point_lon_e7, point_lat_e7: shape (points,).
        point_along_mm: shape (points,), way from the start of its edge, 0 at the first point and
            ``length_mm`` at the last.
        point_edge: shape (points,), the edge that the point belongs to.
        name_first: shape (names + 1,), offsets into ``name_utf8``.
        name_utf8: all names, one after the other.
    """

    tail: Int32
    head: Int32
    length_mm: Int64
    free_flow_ms: Int32
    road_class: UInt8
    flags: UInt16
    layer: Int8
    way_id: Int64
    name: Int32
    name_zh: Int32
    name_en: Int32
    shape_first: Int32
    point_lon_e7: Int32
    point_lat_e7: Int32
    point_along_mm: Int64
    point_edge: Int32
    name_first: Int32
    name_utf8: UInt8


@dataclass(frozen=True, slots=True)
class States:
    """The graph that is searched, turn restrictions unfolded into states.

    Attributes:
        node: shape (states,), the node of each state.
        reach: shape (states,), bits ``REACHES_CORE`` and ``REACHED_FROM_CORE``.
        first_in: shape (states + 1,); state ``s`` is entered by the arcs
            ``first_in[s]:first_in[s + 1]``.
        tail: shape (arcs,), the state that the arc leaves.
        directed_edge: shape (arcs,), what the arc drives.
        head_state: shape (2 * edges,), where a unit arrives that sets off in mid-edge, or
            ``NOT_PERMITTED``.
        first_arc: shape (2 * edges + 1,), offsets into ``arc_of_edge``.
        arc_of_edge: shape (arcs,), the arcs that drive each directed edge.
        rank: shape (states,), a permutation: the order in which the hierarchy contracts them.
    """

    node: Int32
    reach: UInt8
    first_in: Int32
    tail: Int32
    directed_edge: Int32
    head_state: Int32
    first_arc: Int32
    arc_of_edge: Int32
    rank: Int32


@dataclass(frozen=True, slots=True)
class SegmentGrid:
    """Which straight segments of which roads lie in which cell of a grid over the map.

    A segment is named by its first shape point.

    Attributes:
        frame: shape (6,), int64: west and south border, cell width, cell height (all degrees
            times 10^7), columns, rows.
        first: shape (columns * rows + 1,), offsets into ``segment``; cells run west to east, then
            south to north.
        segment: shape (entries,), a segment stands in every cell that its bounding box meets.
    """

    frame: Int64
    first: Int32
    segment: Int32


@dataclass(frozen=True, slots=True)
class RoadGraph:
    """A district's roads, ready to search."""

    nodes: Nodes
    edges: Edges
    states: States
    grid: SegmentGrid
    summary: GraphSummary

    def name(self, index: int) -> str:
        """Return one name of the name table."""
        first = self.edges.name_first
        return self.edges.name_utf8[first[index] : first[index + 1]].tobytes().decode("utf-8")
