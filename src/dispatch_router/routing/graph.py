"""The road graph: immutable arrays, shared by every thread.

Direction ``d`` (0 along the shape, 1 against it) of edge ``e`` is the directed edge ``2 * e + d``.
A *state* is a node together with what a turn rule must remember of the way there; a node that no
rule concerns has one state. An *arc* drives one directed edge from one state to another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.travel import GraphSummary
from dispatch_router.domain.units import UnitMode

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
UInt8 = npt.NDArray[np.uint8]
UInt16 = npt.NDArray[np.uint16]

NOT_PERMITTED = -1
"""In ``free_flow_ms`` and ``head_state``: this directed edge must not be driven."""

LONGEST_EDGE_MM = 4 * 10**9
LONGEST_DRIVE_MS = 10**9
"""Of one edge: 4,000 km and 11 days. The product of the two still fits 64 bits."""


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
        free_flow_ms: shape (2 * edges,), per directed edge, light traffic and every rule kept,
            1 to ``LONGEST_DRIVE_MS``, or ``NOT_PERMITTED``.
        emergency: shape (2 * edges,), an ``EmergencyOnly`` for each directed edge; not ``NO`` only
            where ``free_flow_ms`` is ``NOT_PERMITTED``.
        signals: shape (2 * edges,), traffic signals passed on the way along each directed edge,
            those at its head included and those at its tail not.
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
    emergency: UInt8
    signals: UInt8
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
        first_in: shape (states + 1,); state ``s`` is entered by the arcs
            ``first_in[s]:first_in[s + 1]``.
        tail: shape (arcs,), the state that the arc leaves.
        directed_edge: shape (arcs,), what the arc drives.
        breaks_rule: shape (arcs,), 1 where driving this arc completes a turn that a rule forbids:
            for an emergency drive alone.
        head_state: shape (2 * edges,), where a unit arrives that sets off in mid-edge, or
            ``NOT_PERMITTED`` where no drive, not even an emergency drive, may go.
        first_arc: shape (2 * edges + 1,), offsets into ``arc_of_edge``.
        arc_of_edge: shape (arcs,), the arcs that drive each directed edge.
        rank: shape (states,), a permutation: the order in which the hierarchy contracts them.
    """

    node: Int32
    first_in: Int32
    tail: Int32
    directed_edge: Int32
    breaks_rule: UInt8
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
    """The road network of one mode, ready to search.

    Attributes:
        summary: of the district's roads, which this network is one of.
    """

    nodes: Nodes
    edges: Edges
    states: States
    grid: SegmentGrid
    summary: GraphSummary

    def name(self, index: int) -> str:
        """Return one name of the name table."""
        first = self.edges.name_first
        return self.edges.name_utf8[first[index] : first[index + 1]].tobytes().decode("utf-8")


@dataclass(frozen=True, slots=True)
class DistrictRoads:
    """The road networks of a district, one for each mode that a unit can travel by.

    Attributes:
        networks: each a graph of its own, with the ways that this mode can use.
        summary: of all of them; the counts are those of the car's network.
    """

    networks: Mapping[UnitMode, RoadGraph]
    summary: GraphSummary


def ever_permitted(edges: Edges) -> npt.NDArray[np.bool_]:
    """Tell which directed edges may be driven at all, if on an emergency drive alone."""
    everyone, emergency = edges.free_flow_ms != NOT_PERMITTED, edges.emergency != 0
    permitted: npt.NDArray[np.bool_] = everyone | emergency
    return permitted
