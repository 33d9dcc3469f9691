"""Check that nothing in a graph leads outside its arrays.

The kernels do not check bounds. A graph is believed only after this.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.graph import (
    LONGEST_DRIVE_MS,
    LONGEST_EDGE_MM,
    NOT_PERMITTED,
    RoadGraph,
    ever_permitted,
)
from dispatch_router.routing.refusal import refused
from dispatch_router.routing.road_classes import EmergencyOnly

FULL_TURN_E7 = 1_800_000_000
SMALLEST_CELL_E7 = 10_000
"""Some 100 m; over smaller cells, looking around a place would take for ever."""


class _Checker:
    def __init__(self, folder: Path, mode: UnitMode) -> None:
        self._folder = folder
        self._mode = mode

    def require(self, holds: bool | np.bool_, name: str, reason: str) -> None:  # noqa: FBT001
        if not holds:
            raise refused(self._folder / f"{self._mode}.{name}.npy", reason, "路网数据不一致")

    def shape(self, array: np.ndarray, name: str, dtype: str, length: int) -> None:
        self.require(
            array.dtype == np.dtype(dtype) and array.shape == (length,),
            name,
            f"must be {dtype} of shape ({length},), is {array.dtype} of shape {array.shape}",
        )

    def within(self, array: np.ndarray, name: str, low: int, high: int) -> None:
        """Every value in ``low..high``, both included."""
        fits = array.size == 0 or (array.min() >= low and array.max() <= high)
        self.require(fits, name, f"has values outside {low}..{high}")

    def offsets(self, array: np.ndarray, name: str, rows: int, entries: int) -> None:
        """Offsets that start at 0, never fall and end at ``entries``."""
        self.shape(array, name, "int32", rows + 1)
        rises = array[0] == 0 and array[-1] == entries and bool((array[1:] >= array[:-1]).all())
        self.require(rises, name, f"must rise from 0 to {entries}")


def check_graph(graph: RoadGraph, folder: Path, mode: UnitMode) -> None:
    """Check sizes, types and ranges of every array of one mode's network.

    Raises:
        InvalidGraph: with the name of the first file that is wrong.
    """
    checker = _Checker(folder, mode)
    _check_roads(graph, checker)
    _check_shapes(graph, checker)
    _check_states(graph, checker)
    _check_arcs_follow_roads(graph, checker)
    _check_grid(graph, checker)


def _check_roads(graph: RoadGraph, checker: _Checker) -> None:
    nodes, edges = graph.nodes, graph.edges
    node_count, edge_count = len(nodes.lon_e7), len(edges.tail)
    checker.require(node_count > 0, "nodes.lon_e7", "there is no node")
    checker.require(edge_count > 0, "edges.tail", "there is no road")
    checker.shape(nodes.lon_e7, "nodes.lon_e7", "int32", node_count)
    checker.shape(nodes.lat_e7, "nodes.lat_e7", "int32", node_count)
    checker.shape(edges.length_mm, "edges.length_mm", "int64", edge_count)
    checker.within(edges.length_mm, "edges.length_mm", 1, LONGEST_EDGE_MM)
    checker.shape(edges.free_flow_ms, "edges.free_flow_ms", "int32", 2 * edge_count)
    checker.within(edges.free_flow_ms, "edges.free_flow_ms", NOT_PERMITTED, LONGEST_DRIVE_MS)
    checker.require(bool((edges.free_flow_ms != 0).all()), "edges.free_flow_ms", "has a time of 0")
    checker.shape(edges.emergency, "edges.emergency", "uint8", 2 * edge_count)
    checker.within(edges.emergency, "edges.emergency", 0, max(EmergencyOnly))
    open_to_all = (edges.free_flow_ms != NOT_PERMITTED) & (edges.emergency != EmergencyOnly.NO)
    checker.require(not open_to_all.any(), "edges.emergency", "closes a road that is open to all")
    checker.shape(edges.signals, "edges.signals", "uint8", 2 * edge_count)
    for name, dtype in (("road_class", "uint8"), ("flags", "uint16"), ("layer", "int8")):
        checker.shape(getattr(edges, name), f"edges.{name}", dtype, edge_count)
    checker.shape(edges.way_id, "edges.way_id", "int64", edge_count)
    for name in ("tail", "head"):
        checker.shape(getattr(edges, name), f"edges.{name}", "int32", edge_count)
        checker.within(getattr(edges, name), f"edges.{name}", 0, node_count - 1)
    name_count = len(edges.name_first) - 1
    checker.require(name_count > 0, "edges.name_first", "there is no name table")
    checker.offsets(edges.name_first, "edges.name_first", name_count, len(edges.name_utf8))
    checker.shape(edges.name_utf8, "edges.name_utf8", "uint8", len(edges.name_utf8))
    _check_names_are_utf8(graph, checker)
    for name in ("name", "name_zh", "name_en"):
        checker.shape(getattr(edges, name), f"edges.{name}", "int32", edge_count)
        checker.within(getattr(edges, name), f"edges.{name}", 0, name_count - 1)


def _check_names_are_utf8(graph: RoadGraph, checker: _Checker) -> None:
    edges = graph.edges
    try:
        edges.name_utf8.tobytes().decode("utf-8")
    except UnicodeDecodeError:
        checker.require(False, "edges.name_utf8", "is not UTF-8")
    starts = edges.name_first[edges.name_first < len(edges.name_utf8)]
    splits_a_character = (edges.name_utf8[starts] & 0xC0) == 0x80
    checker.require(not splits_a_character.any(), "edges.name_first", "splits a character")


def _check_shapes(graph: RoadGraph, checker: _Checker) -> None:
    edges = graph.edges
    edge_count, point_count = len(edges.tail), len(edges.point_lon_e7)
    checker.offsets(edges.shape_first, "edges.shape_first", edge_count, point_count)
    points = np.diff(edges.shape_first)
    checker.require(bool((points >= 2).all()), "edges.shape_first", "has an edge without a line")
    for name, borders in (("point_lon_e7", FULL_TURN_E7), ("point_lat_e7", FULL_TURN_E7 // 2)):
        checker.shape(getattr(edges, name), f"edges.{name}", "int32", point_count)
        checker.within(getattr(edges, name), f"edges.{name}", -borders, borders)
    checker.shape(edges.point_along_mm, "edges.point_along_mm", "int64", point_count)
    checker.within(edges.point_along_mm, "edges.point_along_mm", 0, LONGEST_EDGE_MM)
    ends_at_length = edges.point_along_mm[edges.shape_first[1:] - 1] == edges.length_mm
    checker.require(bool(ends_at_length.all()), "edges.point_along_mm", "misses its edge's length")
    steps_mm = np.diff(edges.point_along_mm)
    steps_mm[edges.shape_first[1:-1] - 1] = 0
    checker.require(bool((steps_mm >= 0).all()), "edges.point_along_mm", "runs backward")
    checker.shape(edges.point_edge, "edges.point_edge", "int32", point_count)
    owner = np.repeat(np.arange(edge_count, dtype=np.int32), points)
    checker.require(
        bool((edges.point_edge == owner).all()), "edges.point_edge", "names another edge"
    )


def _check_states(graph: RoadGraph, checker: _Checker) -> None:
    states = graph.states
    state_count, arc_count = len(states.node), len(states.tail)
    directed_count = len(graph.edges.free_flow_ms)
    checker.shape(states.node, "states.node", "int32", state_count)
    node_count = len(graph.nodes.lon_e7)
    checker.within(states.node, "states.node", 0, node_count - 1)
    # Searches look junctions up among the states by the number of the junction.
    remembers_nothing = np.array_equal(states.node[:node_count], np.arange(node_count))
    checker.require(remembers_nothing, "states.node", "must begin with every junction in order")
    checker.offsets(states.first_in, "states.first_in", state_count, arc_count)
    checker.shape(states.tail, "states.tail", "int32", arc_count)
    checker.within(states.tail, "states.tail", 0, state_count - 1)
    checker.shape(states.directed_edge, "states.directed_edge", "int32", arc_count)
    checker.within(states.directed_edge, "states.directed_edge", 0, directed_count - 1)
    permitted = ever_permitted(graph.edges)
    drives_on = bool(permitted[states.directed_edge].all())
    checker.require(drives_on, "states.directed_edge", "drives a forbidden way")
    checker.shape(states.breaks_rule, "states.breaks_rule", "uint8", arc_count)
    checker.within(states.breaks_rule, "states.breaks_rule", 0, 1)
    checker.shape(states.head_state, "states.head_state", "int32", directed_count)
    checker.within(states.head_state, "states.head_state", NOT_PERMITTED, state_count - 1)
    arrives = states.head_state != NOT_PERMITTED
    checker.require(bool((permitted == arrives).all()), "states.head_state", "misses an arrival")
    checker.offsets(states.first_arc, "states.first_arc", directed_count, arc_count)
    checker.shape(states.arc_of_edge, "states.arc_of_edge", "int32", arc_count)
    checker.within(states.arc_of_edge, "states.arc_of_edge", 0, arc_count - 1)
    by_edge = np.repeat(np.arange(directed_count), np.diff(states.first_arc))
    drives_it = np.array_equal(states.directed_edge[states.arc_of_edge], by_edge)
    checker.require(drives_it, "states.arc_of_edge", "names an arc of another edge")
    checker.shape(states.rank, "states.rank", "int32", state_count)
    checker.within(states.rank, "states.rank", 0, state_count - 1)
    ranked_once = np.bincount(states.rank, minlength=state_count) == 1
    checker.require(bool(ranked_once.all()), "states.rank", "must hold every rank once")


def _check_arcs_follow_roads(graph: RoadGraph, checker: _Checker) -> None:
    """Every arc leaves and enters the junctions that its directed edge joins."""
    states = graph.states
    ends = np.stack((graph.edges.tail, graph.edges.head), axis=1)
    leaves, enters = ends.ravel(), ends[:, ::-1].ravel()
    head = np.repeat(states.node, np.diff(states.first_in))
    entered = np.array_equal(head, enters[states.directed_edge])
    checker.require(entered, "states.first_in", "an arc ends where its road does not")
    left = np.array_equal(states.node[states.tail], leaves[states.directed_edge])
    checker.require(left, "states.tail", "an arc begins where its road does not")
    permitted = states.head_state != NOT_PERMITTED
    arrived = np.array_equal(states.node[states.head_state[permitted]], enters[permitted])
    checker.require(arrived, "states.head_state", "arrives where its road does not end")


def _check_grid(graph: RoadGraph, checker: _Checker) -> None:
    grid = graph.grid
    checker.shape(grid.frame, "grid.frame", "int64", 6)
    checker.within(grid.frame[2:4], "grid.frame", SMALLEST_CELL_E7, 1 << 32)
    checker.within(grid.frame[4:], "grid.frame", 1, 1 << 32)
    checker.within(grid.frame[:2], "grid.frame", -FULL_TURN_E7, FULL_TURN_E7)
    cell_count = int(grid.frame[4]) * int(grid.frame[5])
    checker.offsets(grid.first, "grid.first", cell_count, len(grid.segment))
    checker.shape(grid.segment, "grid.segment", "int32", len(grid.segment))
    checker.within(grid.segment, "grid.segment", 0, len(graph.edges.point_edge) - 2)
    same_edge = graph.edges.point_edge[grid.segment] == graph.edges.point_edge[grid.segment + 1]
    checker.require(bool(same_edge.all()), "grid.segment", "joins two edges")
