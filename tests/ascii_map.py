"""Draw small towns as text.

    A->-b---C
        |
        x

Letters are junctions, ``+`` is a junction without a name. ``-`` and ``|`` are two-way streets,
``>``, ``<``, ``^`` and ``!`` make a street one-way (right, left, up, down). One character is
100 m in either direction, driven in 10 s unless told otherwise.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.network import NOT_PERMITTED, RoadNetwork, SourceInfo
from dispatch_router.routing.geodesy import metres_per_degree, shape_lengths_mm
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.road_classes import EmergencyOnly, RoadClass

WEST, NORTH = 106.30, 29.30
STEP_M = 100.0
MAKES_ONE_WAY = {">": (1, 0), "<": (-1, 0), "^": (0, -1), "!": (0, 1)}
Cell = tuple[int, int]


@dataclass(frozen=True)
class Town:
    """A drawn town: its network, its graph and where its letters are."""

    network: RoadNetwork
    graph: RoadGraph
    cells: dict[str, Cell]

    def at(self, letter: str) -> LonLat:
        return cell_position(*self.cells[letter])

    def between(self, start: str, end: str, share: float) -> LonLat:
        a, b = self.at(start), self.at(end)
        return LonLat(a.lon + share * (b.lon - a.lon), a.lat + share * (b.lat - a.lat))


def cell_position(column: float, row: float) -> LonLat:
    lon_m, lat_m = metres_per_degree(np.array([NORTH]))
    return LonLat(WEST + column * STEP_M / float(lon_m[0]), NORTH - row * STEP_M / float(lat_m[0]))


def ascii_map(
    drawing: str,
    *,
    forbidden: Sequence[str] = (),
    step_ms: int = 10_000,
    closed: Sequence[str] = (),
    exempt: bool = False,
) -> Town:
    """Read a drawing.

    Args:
        drawing: see the module.
        forbidden: letters driven one after the other that must not be, such as ``"abC"``.
        step_ms: driving time of one character.
        closed: letters of streets that nobody may drive in that direction, such as ``"ab"``.
        exempt: let emergency drives go against one-way streets, and through the streets of
            ``closed`` as what is closed to ordinary vehicles.
    """
    rows = textwrap.dedent(drawing).strip("\n").split("\n")
    drawn = {(x, y): c for y, row in enumerate(rows) for x, c in enumerate(row) if c != " "}
    nodes = [cell for cell, c in drawn.items() if c.isalpha() or c == "+"]
    number = {cell: index for index, cell in enumerate(nodes)}
    letters = {drawn[cell]: cell for cell in nodes if drawn[cell] != "+"}
    streets = [street for cell in nodes for street in _streets_from(cell, drawn)]
    time = [
        step_ms * steps if permitted else NOT_PERMITTED
        for _, _, steps, permissions in streets
        for permitted in permissions
    ]
    directed = {}
    for edge, (start, end, _, _) in enumerate(streets):
        directed[drawn[start] + drawn[end]] = 2 * edge
        directed[drawn[end] + drawn[start]] = 2 * edge + 1
    emergency = [
        EmergencyOnly.CONTRAFLOW if exempt and not permitted else EmergencyOnly.NO
        for _, _, _, permissions in streets
        for permitted in permissions
    ]
    for street in closed:
        time[directed[street]] = NOT_PERMITTED
        emergency[directed[street]] = EmergencyOnly.CLOSED_ACCESS if exempt else EmergencyOnly.NO
    network = _network(
        [cell_position(*cell) for cell in nodes],
        [(number[start], number[end]) for start, end, _, _ in streets],
        time,
        emergency,
        [tuple(directed[a + b] for a, b in itertools.pairwise(w)) for w in forbidden],
    )
    return Town(network, assemble(network), letters)


def _streets_from(cell: Cell, drawn: dict[Cell, str]) -> list[tuple[Cell, Cell, int, list[bool]]]:
    """Streets that leave a junction to the right or down."""
    streets = []
    for dx, dy, marks in ((1, 0, "-<>"), (0, 1, "|^!")):
        x, y = cell[0] + dx, cell[1] + dy
        forward = backward = True
        steps = 1
        while drawn.get((x, y), " ") in marks:
            one_way = MAKES_ONE_WAY.get(drawn[x, y])
            forward &= one_way is None or one_way == (dx, dy)
            backward &= one_way is None or one_way == (-dx, -dy)
            x, y, steps = x + dx, y + dy, steps + 1
        arrived = drawn.get((x, y), " ")
        if steps > 1 and (arrived.isalpha() or arrived == "+"):
            streets.append((cell, (x, y), steps, [forward, backward]))
    return streets


def _network(
    nodes: list[LonLat],
    ends: list[tuple[int, int]],
    free_flow_ms: list[int],
    emergency: list[EmergencyOnly],
    forbidden: list[tuple[int, ...]],
) -> RoadNetwork:
    lon = np.array([round(node.lon * 1e7) for node in nodes], dtype=np.int32)
    lat = np.array([round(node.lat * 1e7) for node in nodes], dtype=np.int32)
    pairs = np.array(ends, dtype=np.int32)
    edge_count = len(pairs)
    shape_first = np.arange(0, 2 * edge_count + 1, 2, dtype=np.int32)
    nameless = np.zeros(edge_count, dtype=np.int32)
    return RoadNetwork(
        source=SourceInfo("drawing", "osm", None, "", synthetic=True),
        node_lon_e7=lon,
        node_lat_e7=lat,
        edge_tail=pairs[:, 0].copy(),
        edge_head=pairs[:, 1].copy(),
        shape_first=shape_first,
        shape_lon_e7=lon[pairs.ravel()],
        shape_lat_e7=lat[pairs.ravel()],
        edge_length_mm=shape_lengths_mm(shape_first, lon[pairs.ravel()], lat[pairs.ravel()]),
        free_flow_ms=np.array(free_flow_ms, dtype=np.int32),
        emergency=np.array(emergency, dtype=np.uint8),
        signals=np.zeros(2 * edge_count, dtype=np.uint8),
        edge_class=np.full(edge_count, RoadClass.RESIDENTIAL, dtype=np.uint8),
        edge_flags=np.zeros(edge_count, dtype=np.uint16),
        edge_layer=np.zeros(edge_count, dtype=np.int8),
        edge_way_id=np.zeros(edge_count, dtype=np.int64),
        edge_name=nameless,
        edge_name_zh=nameless,
        edge_name_en=nameless,
        names=("",),
        forbidden=tuple(forbidden),
        restrictions_kept=len(forbidden),
    )
