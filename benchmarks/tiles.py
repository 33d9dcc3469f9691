"""Larger networks made of copies of a real one, side by side, with bridges between neighbours.

Synthetic, and labelled so: every copy is a real city, the whole is none. It says how a search grows
with the size of the graph while everything else about the roads stays as it is.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from dispatch_router.routing.build.network import NOT_PERMITTED, RoadNetwork
from dispatch_router.routing.geodesy import segment_lengths_mm
from dispatch_router.routing.road_classes import RoadClass

BRIDGES_PER_BORDER = 8
BRIDGE_M_S = 50 / 3.6
GAP = 0.02
"""Between two copies, as a share of the width or height of one."""

# Attributes by what they have one entry for.
OF_NODES = ("node_lon_e7", "node_lat_e7")
OF_EDGES = (
    "edge_tail",
    "edge_head",
    "edge_length_mm",
    "edge_class",
    "edge_flags",
    "edge_layer",
    "edge_way_id",
    "edge_name",
    "edge_name_zh",
    "edge_name_en",
)
OF_DIRECTED_EDGES = ("free_flow_ms", "emergency", "signals")
OF_POINTS = ("shape_lon_e7", "shape_lat_e7")

Integers = npt.NDArray[np.integer]


def tile(network: RoadNetwork, columns: int, rows: int) -> RoadNetwork:
    """Lay ``columns * rows`` copies side by side and join neighbours by two-way bridges.

    Args:
        network: any; its forbidden turns are copied too.
        columns, rows: how many copies lie beside and above each other.
    """
    width_e7, height_e7 = _extent(network.shape_lon_e7), _extent(network.shape_lat_e7)
    copies = [
        (column * width_e7, row * height_e7) for row in range(rows) for column in range(columns)
    ]
    tiled = _copy(network, copies)
    return _with_bridges(tiled, _bridges(network, columns, rows))


def _extent(degrees_e7: Integers) -> int:
    return round((int(degrees_e7.max()) - int(degrees_e7.min())) * (1 + GAP))


def _copy(network: RoadNetwork, shifts_e7: list[tuple[int, int]]) -> RoadNetwork:
    """Copies that nothing joins yet; copy 0 stays where the original is."""
    count = len(shifts_e7)
    repeated: dict[str, Integers] = {
        name: np.tile(getattr(network, name), count)
        for name in (*OF_NODES, *OF_EDGES, *OF_DIRECTED_EDGES, *OF_POINTS)
    }
    node_count, edge_count = len(network.node_lon_e7), len(network.edge_tail)
    of_node, of_edge = (np.repeat(np.arange(count), size) for size in (node_count, edge_count))
    for name in ("edge_tail", "edge_head"):
        repeated[name] = (repeated[name] + of_edge * node_count).astype(np.int32)
    of_point = np.repeat(np.arange(count), len(network.shape_lon_e7))
    for axis, names in enumerate(zip(OF_NODES, OF_POINTS, strict=True)):
        shift = np.array([shift_e7[axis] for shift_e7 in shifts_e7])
        for name, whose in zip(names, (of_node, of_point), strict=True):
            repeated[name] = (repeated[name] + shift[whose]).astype(np.int32)
    point_count = np.tile(np.diff(network.shape_first), count)
    return dataclasses.replace(
        network,
        source=dataclasses.replace(
            network.source, name=f"{network.source.name} x {count}", synthetic=True
        ),
        shape_first=np.concatenate(([0], np.cumsum(point_count))).astype(np.int32),
        forbidden=tuple(
            tuple(edge + 2 * edge_count * copy for edge in sequence)
            for copy in range(count)
            for sequence in network.forbidden
        ),
        restrictions_kept=network.restrictions_kept * count,
        **repeated,
    )


def _bridges(network: RoadNetwork, columns: int, rows: int) -> Integers:
    """Pairs of nodes of the tiled network that face each other over a border."""
    node_count = len(network.node_lon_e7)
    core = _core_nodes(network)
    east, west = _facing(network.node_lon_e7, network.node_lat_e7, core)
    north, south = _facing(network.node_lat_e7, network.node_lon_e7, core)
    pairs = []
    for row in range(rows):
        for column in range(columns):
            here = (row * columns + column) * node_count
            if column + 1 < columns:
                pairs.append(np.column_stack((east + here, west + here + node_count)))
            if row + 1 < rows:
                pairs.append(np.column_stack((north + here, south + here + columns * node_count)))
    return np.concatenate(pairs) if pairs else np.empty((0, 2), dtype=np.int64)


def _facing(across: Integers, along: Integers, core: Integers) -> tuple[Integers, Integers]:
    """The outermost nodes on both sides, one of each in every stretch of the border."""
    stretch = (along[core] - along[core].min()) * np.int64(BRIDGES_PER_BORDER)
    stretch = np.minimum(stretch // max(1, int(np.ptp(along[core]))), BRIDGES_PER_BORDER - 1)
    last, first = [], []
    for number in np.unique(stretch):
        inside = core[stretch == number]
        last.append(inside[np.argmax(across[inside])])
        first.append(inside[np.argmin(across[inside])])
    return np.array(last, dtype=np.int64), np.array(first, dtype=np.int64)


def _core_nodes(network: RoadNetwork) -> Integers:
    """Nodes of the largest strongly connected part."""
    permitted = network.free_flow_ms != NOT_PERMITTED
    tail = np.column_stack((network.edge_tail, network.edge_head)).ravel()[permitted]
    head = np.column_stack((network.edge_head, network.edge_tail)).ravel()[permitted]
    count = len(network.node_lon_e7)
    graph = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(count, count))
    _, part = connected_components(graph, directed=True, connection="strong")
    core: Integers = np.flatnonzero(part == np.bincount(part).argmax())
    return core


def _with_bridges(network: RoadNetwork, pairs: Integers) -> RoadNetwork:
    if len(pairs) == 0:
        return network
    ends = pairs.ravel()
    lon_e7, lat_e7 = network.node_lon_e7[ends], network.node_lat_e7[ends]
    length_mm = np.rint(segment_lengths_mm(lon_e7, lat_e7)[::2]).astype(np.int64)
    drive_ms = np.maximum(np.rint(length_mm / BRIDGE_M_S), 1).repeat(2)
    added = {
        "edge_tail": pairs[:, 0],
        "edge_head": pairs[:, 1],
        "edge_length_mm": np.maximum(length_mm, 1),
        "edge_class": np.full(len(pairs), RoadClass.PRIMARY),
        "free_flow_ms": drive_ms,
        "shape_lon_e7": lon_e7,
        "shape_lat_e7": lat_e7,
    }
    grown = {}
    for name in (*OF_EDGES, *OF_DIRECTED_EDGES, *OF_POINTS):
        before = getattr(network, name)
        per_pair = 1 if name in OF_EDGES else 2
        after = added.get(name, np.zeros(per_pair * len(pairs)))
        grown[name] = np.concatenate((before, np.asarray(after).astype(before.dtype)))
    shape_first = int(network.shape_first[-1]) + 2 * np.arange(1, len(pairs) + 1)
    return dataclasses.replace(
        network,
        shape_first=np.concatenate((network.shape_first, shape_first)).astype(np.int32),
        **grown,
    )
