"""A road network as read from a source, before it becomes a graph to search.

Every reader (OpenStreetMap, GraphML, a place name) ends in a :class:`RoadNetwork`;
``routing.build.assemble`` starts from one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.source_files import refuse

FORWARD = 0
BACKWARD = 1
NOT_PERMITTED = -1
"""In ``free_flow_ms``: this direction of the edge must not be driven."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """Where a network comes from.

    Attributes:
        name: the file's name without folders, or the place asked for.
        kind: ``osm``, ``graphml`` or ``place``.
        data_date: newest timestamp that the source states, RFC 3339; None where it states none.
        attribution: what must be shown with the data.
        synthetic: the source says that it is made up.
    """

    name: str
    kind: str
    data_date: str | None
    attribution: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class RoadNetwork:
    """Nodes, edges and forbidden turns of the network of one mode.

    An edge is a piece of one road between two nodes, both directions of it. A node is where roads
    meet or end, or where a turn rule or a barrier stands. Direction ``d`` (0 along the shape,
    1 against it) of edge ``e`` is the directed edge ``2 * e + d``.

    Attributes:
        node_lon_e7, node_lat_e7: shape (nodes,), int32, degrees times 10^7.
        edge_tail, edge_head: shape (edges,), int32, node at the first and last shape point.
        shape_first: shape (edges + 1,), int32; edge ``e`` has the shape points
            ``shape_first[e]:shape_first[e + 1]``, both ends included, two at the least.
        shape_lon_e7, shape_lat_e7: shape (points,), int32.
        edge_length_mm: shape (edges,), int64, along the shape on the WGS-84 ellipsoid, or as the
            source states; at least 1.
        free_flow_ms: shape (2 * edges,), int32, driving time of each directed edge, at least 1, or
            ``NOT_PERMITTED``.
        emergency: shape (2 * edges,), uint8, an ``EmergencyOnly``; not ``NO`` only where
            ``free_flow_ms`` is ``NOT_PERMITTED``.
        signals: shape (2 * edges,), uint8, traffic signals passed along each directed edge, those
            at its head included and those at its tail not.
        edge_class: shape (edges,), uint8, a ``RoadClass``.
        edge_flags: shape (edges,), uint16, ``RoadFlag`` bits.
        edge_layer: shape (edges,), int8.
        edge_way_id: shape (edges,), int64, id of the source's way; 0 where it has none.
        edge_name, edge_name_zh, edge_name_en: shape (edges,), int32, index into ``names``; index 0
            is the empty name.
        names: distinct names, ``names[0] == ""``.
        forbidden: sequences of directed edges (two or more, each starting where the one before
            ends) that must not be driven one after the other.
        dropped: what was left out and why: reason -> how many.
        restrictions_kept: turn restrictions that ``forbidden`` stands for.
        mode: who travels on it.
    """

    source: SourceInfo
    node_lon_e7: npt.NDArray[np.int32]
    node_lat_e7: npt.NDArray[np.int32]
    edge_tail: npt.NDArray[np.int32]
    edge_head: npt.NDArray[np.int32]
    shape_first: npt.NDArray[np.int32]
    shape_lon_e7: npt.NDArray[np.int32]
    shape_lat_e7: npt.NDArray[np.int32]
    edge_length_mm: npt.NDArray[np.int64]
    free_flow_ms: npt.NDArray[np.int32]
    emergency: npt.NDArray[np.uint8]
    signals: npt.NDArray[np.uint8]
    edge_class: npt.NDArray[np.uint8]
    edge_flags: npt.NDArray[np.uint16]
    edge_layer: npt.NDArray[np.int8]
    edge_way_id: npt.NDArray[np.int64]
    edge_name: npt.NDArray[np.int32]
    edge_name_zh: npt.NDArray[np.int32]
    edge_name_en: npt.NDArray[np.int32]
    names: tuple[str, ...]
    forbidden: tuple[tuple[int, ...], ...]
    dropped: Mapping[str, int] = field(default_factory=dict)
    restrictions_kept: int = 0
    mode: UnitMode = UnitMode.CAR


Networks: TypeAlias = Mapping[UnitMode, RoadNetwork]
"""What a source has for each mode; for cars always."""


def usable_networks(networks: Networks, source: str) -> Networks:
    """Leave out the networks on which no ordinary drive goes anywhere.

    Raises:
        InvalidGraph: the one for cars is such a network, or there is none.
    """
    usable = {
        mode: network
        for mode, network in networks.items()
        if (network.free_flow_ms != NOT_PERMITTED).any()
    }
    if UnitMode.CAR not in usable:
        refuse(source, "has no road that a car can use.", "没有汽车可以行驶的道路。")
    return usable
