"""The only module that calls osmium: roads, turn restrictions and nodes of one OSM file."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import osmium
from osmium.osm import NODE, RELATION, WAY, Node, Relation, Way

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.barriers import stops
from dispatch_router.routing.build.names import NameTable, first_line, road_names
from dispatch_router.routing.build.progress import Progress
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.restriction_relations import (
    MAX_MEMBERS,
    TurnRelation,
    is_turn_relation,
    read_turn_relation,
)
from dispatch_router.routing.build.road_reader import RoadReader
from dispatch_router.routing.build.roads import Road
from dispatch_router.routing.build.signals import signal_directions
from dispatch_router.routing.build.source_files import SourceFile, refuse
from dispatch_router.routing.build.tags import Drops

MAX_ROAD_NODES = 500_000_000
_PROGRESS_EVERY = 1 << 16
_UNDEFINED = (1 << 31) - 1
"""What osmium gives for a coordinate that the file does not state."""
# What osmium raises for files that are damaged; MemoryError for counts and ids that are absurd.
_UNREADABLE = (
    *(osmium.InvalidLocationError, RuntimeError, ValueError, OverflowError),
    *(MemoryError, KeyError, TypeError),
)


@dataclass(slots=True)
class ModeRoads:
    """What one mode can use of the ways that were read.

    Attributes:
        ways: indexes of the ways, ascending.
        roads: what each of them is to this mode.
        turn_relations: what holds for this mode.
        drops: what is left out or not understood, by reason.
    """

    ways: array[int] = field(default_factory=lambda: array("q"))
    roads: list[Road] = field(default_factory=list)
    turn_relations: list[TurnRelation] = field(default_factory=list)
    drops: Drops = field(default_factory=Counter)


@dataclass(slots=True)
class OsmRoads:
    """Ways that any mode can use, as read.

    Attributes:
        way_nodes: node ids of all ways, one way after the other.
        way_first: offsets into ``way_nodes``, one more than there are ways.
        way_names: for every way, indexes of its name, Chinese name and English name.
        by_mode: what each mode can use of them.
        seen_ways: id of every way in the file, road or not.
        newest: newest timestamp of a road.
    """

    way_ids: array[int] = field(default_factory=lambda: array("q"))
    way_nodes: array[int] = field(default_factory=lambda: array("q"))
    way_first: array[int] = field(default_factory=lambda: array("q", [0]))
    way_names: list[tuple[int, int, int]] = field(default_factory=list)
    names: NameTable = field(default_factory=NameTable)
    by_mode: Mapping[UnitMode, ModeRoads] = field(
        default_factory=lambda: {mode: ModeRoads() for mode in UnitMode}
    )
    seen_ways: set[int] = field(default_factory=set)
    newest: datetime | None = None
    reader: RoadReader = field(default_factory=RoadReader)

    def drops_by_mode(self) -> Mapping[UnitMode, Drops]:
        """Return what is left out or not understood, by mode and reason."""
        return {mode: roads.drops for mode, roads in self.by_mode.items()}

    def drop(self, reason: Dropped) -> None:
        """Count what no mode gets."""
        for mode_roads in self.by_mode.values():
            mode_roads.drops[reason] += 1


@dataclass(frozen=True, slots=True)
class OsmNodes:
    """Places of the nodes that roads use.

    Attributes:
        ids: shape (nodes,), int64, ascending.
        lon_e7, lat_e7: shape (nodes,), int32; meaningless where not known.
        is_known: shape (nodes,), the file has the node.
        signals: shape (nodes,), bits ``signals.FORWARD`` and ``signals.BACKWARD``: traffic signals
            for those who come along the way as drawn, or against it.
        stops: for each mode shape (nodes,), a barrier that stops it stands there.
    """

    ids: npt.NDArray[np.int64]
    lon_e7: npt.NDArray[np.int32]
    lat_e7: npt.NDArray[np.int32]
    is_known: npt.NDArray[np.bool_]
    signals: npt.NDArray[np.uint8]
    stops: Mapping[UnitMode, npt.NDArray[np.bool_]]


def read_osm_roads(source: SourceFile, progress: Progress) -> OsmRoads:
    """Read every way and relation of the file.

    Raises:
        InvalidGraph: the file is damaged.
    """
    found = OsmRoads()
    roads_only = osmium.filter.KeyFilter("highway", "route")
    roads_only.enable_for(WAY)
    typed_only = osmium.filter.KeyFilter("type")
    typed_only.enable_for(RELATION)
    progress("reading roads", 0.0)
    with _readable(source.path):
        reader = osmium.FileProcessor(_osmium_file(source), WAY | RELATION)
        for item in reader.with_filter(roads_only).with_filter(typed_only):
            if isinstance(item, Way):
                _take_way(item, found, source.path)
            elif isinstance(item, Relation):
                _take_relation(item, found)
    progress("reading roads", 1.0)
    return found


def read_osm_nodes(source: SourceFile, roads: OsmRoads, progress: Progress) -> OsmNodes:
    """Read the places of all nodes that ``roads`` use.

    Raises:
        InvalidGraph: the file is damaged, or a node that a road uses is not on the earth.
    """
    ids = np.unique(np.frombuffer(roads.way_nodes, np.int64))
    nodes = OsmNodes(
        ids=ids,
        lon_e7=np.zeros(len(ids), np.int32),
        lat_e7=np.zeros(len(ids), np.int32),
        is_known=np.zeros(len(ids), np.bool_),
        signals=np.zeros(len(ids), np.uint8),
        stops={mode: np.zeros(len(ids), np.bool_) for mode in UnitMode},
    )
    index_of = {node_id: index for index, node_id in enumerate(ids.tolist())}
    read = 0
    with _readable(source.path):
        for node in osmium.FileProcessor(_osmium_file(source), NODE):
            index = index_of.get(node.id)
            if index is None or not isinstance(node, Node):
                continue
            if read % _PROGRESS_EVERY == 0:
                progress("reading nodes", read / len(ids))
            read += 1
            _take_node(node, index, nodes, roads, source.path)
    progress("reading nodes", 1.0)
    return nodes


def data_date(source: SourceFile, roads: OsmRoads) -> str | None:
    """Return when the data is from: what the file's header says, else its newest road."""
    with _readable(source.path):
        header = osmium.FileProcessor(_osmium_file(source), WAY).header
        stated = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    date = _parse_date(stated) or roads.newest
    return date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if date else None


def generator(source: SourceFile) -> str:
    """Return which program the file says it was written by."""
    with _readable(source.path):
        return osmium.FileProcessor(_osmium_file(source), WAY).header.get("generator")


def _osmium_file(source: SourceFile) -> osmium.io.File:
    return osmium.io.File(str(source.path), source.format.value)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except _UNREADABLE as error:
        said = first_line(error)
        refuse(path.name, f"is damaged or cut short ({said}).", f"文件损坏或不完整（{said}）。")


def _take_way(way: Way, found: OsmRoads, path: Path) -> None:
    tags = dict(way.tags)
    if "highway" not in tags and tags.get("route") != "ferry":
        return
    if way.deleted:
        found.drop(Dropped.ROAD_DELETED)
        return
    if way.id in found.seen_ways:
        found.drop(Dropped.ROAD_REPEATED)
        return
    found.seen_ways.add(way.id)
    roads = found.reader.read(tags, found.drops_by_mode())
    if not roads:
        return
    for mode, road in roads.items():
        found.by_mode[mode].ways.append(len(found.way_ids))
        found.by_mode[mode].roads.append(road)
    found.way_ids.append(way.id)
    found.way_nodes.extend([node.ref for node in way.nodes])
    found.way_first.append(len(found.way_nodes))
    found.way_names.append(found.names.indexes(road_names(tags)))
    if len(found.way_nodes) > MAX_ROAD_NODES:
        refuse(path.name, "has more roads than fit in one graph.", "道路数量超出单个路网的上限。")
    if found.newest is None or way.timestamp > found.newest:
        found.newest = way.timestamp if way.timestamp.year > 1970 else found.newest


def _take_relation(relation: Relation, found: OsmRoads) -> None:
    tags = dict(relation.tags)
    if relation.deleted or not is_turn_relation(tags):
        return
    # One member too many is enough for read_turn_relation to refuse it.
    members = [(m.type, m.ref, m.role) for m in islice(relation.members, MAX_MEMBERS + 1)]
    for mode in (UnitMode.CAR, UnitMode.MOTORCYCLE):
        mode_roads = found.by_mode[mode]
        read = read_turn_relation(tags, members, mode)
        if isinstance(read, Dropped):
            mode_roads.drops[read] += 1
        else:
            mode_roads.turn_relations.append(read)


def _take_node(node: Node, index: int, nodes: OsmNodes, roads: OsmRoads, path: Path) -> None:
    location = node.location
    # A node with no coordinates at all (deleted, or cut away) is as good as missing.
    if node.deleted or location.x == _UNDEFINED or location.y == _UNDEFINED:
        return
    if not location.valid():
        refuse(
            path.name, f"node {node.id} is not on the earth.", f"节点 {node.id} 的坐标超出范围。"
        )
    nodes.lon_e7[index] = location.x
    nodes.lat_e7[index] = location.y
    nodes.is_known[index] = True
    if "highway" in node.tags:
        nodes.signals[index] = signal_directions(dict(node.tags))
    if "barrier" in node.tags:
        tags = dict(node.tags)
        for mode, mode_roads in roads.by_mode.items():
            nodes.stops[mode][index] = stops(tags, mode, mode_roads.drops)


def _parse_date(text: str) -> datetime | None:
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
