"""Places of a networkx graph: nodes with x and y, edges with a line or straight between nodes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, TypeAlias

import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely

from dispatch_router.routing.build.graph_values import NotANumber, finite_number, shown
from dispatch_router.routing.build.source_files import refuse

Shape: TypeAlias = npt.NDArray[np.int32]
"""Shape (points, 2): longitude and latitude in degrees times 10^7."""

E7 = 1e7
_WGS84_NAMES = frozenset(
    {"epsg:4326", "wgs84", "ogc:crs84", "crs84", "urn:ogc:def:crs:ogc:1.3:crs84"}
)


class BadShape(ValueError):
    """The line of an edge cannot be used; the message says why."""


def check_crs(graph: nx.Graph[Hashable], name: str) -> None:
    """Refuse a graph whose nodes are in anything but longitude and latitude."""
    crs = graph.graph.get("crs")
    if crs is not None and str(crs).strip().lower() not in _WGS84_NAMES:
        refuse(
            name,
            f"is in {shown(crs)}; project it to EPSG:4326 (longitude, latitude) first.",
            f"坐标系是 {shown(crs)}，请先转换为 EPSG:4326（经度、纬度）。",
        )


def node_places(graph: nx.Graph[Hashable], name: str) -> tuple[dict[Hashable, int], Shape]:
    """Return the number of every node, and the places by number.

    Raises:
        InvalidGraph: a node is not on the earth; the detail names it.
    """
    numbers: dict[Hashable, int] = {}
    places: list[tuple[float, float]] = []
    for node, data in graph.nodes(data=True):
        try:
            place = _either_number(data, "x", "lon"), _either_number(data, "y", "lat")
        except NotANumber as error:
            refuse(
                name,
                f"node {shown(node)} has no usable x and y (longitude, latitude): {error}.",
                f"节点 {shown(node)} 缺少可用的 x、y（经度、纬度）：{error}。",
            )
        if abs(place[0]) > 180 or abs(place[1]) > 90:
            refuse(
                name,
                f"node {shown(node)} is not on the earth: x={place[0]:g}, y={place[1]:g}.",
                f"节点 {shown(node)} 的坐标超出范围：x={place[0]:g}，y={place[1]:g}。",
            )
        numbers[node] = len(places)
        places.append(place)
    degrees = np.array(places, np.float64).reshape(-1, 2)
    return numbers, np.rint(degrees * E7).astype(np.int32)


def _either_number(data: Mapping[str, object], key: str, other_key: str) -> float:
    return finite_number(data[key] if key in data else data.get(other_key))


def edge_shape(geometry: Any, tail: Shape, head: Shape) -> Shape:
    """Return the line of an edge from its tail to its head, both included.

    Args:
        geometry: a shapely line, its WKT, or None for a straight edge.
        tail: shape (2,), the place of the first node.
        head: shape (2,), of the last.

    Raises:
        BadShape: the geometry is no line, or not on the earth.
    """
    if geometry is None or geometry == "":
        return np.stack((tail, head))
    points = _points(geometry)
    if bool((points[0] == tail).all() and (points[-1] == head).all()):
        return points
    if _runs_against(points, tail, head):
        points = points[::-1]
    # The line ends where its nodes are, whatever the source rounded away.
    parts = [points]
    if not np.array_equal(points[0], tail):
        parts.insert(0, tail[np.newaxis])
    if not np.array_equal(points[-1], head):
        parts.append(head[np.newaxis])
    return np.concatenate(parts)


def _points(geometry: Any) -> Shape:
    try:
        # NaN in the text is refused below; numpy need not warn of it too.
        with np.errstate(invalid="ignore"):
            line = shapely.from_wkt(geometry) if isinstance(geometry, str) else geometry
    except shapely.errors.ShapelyError:
        raise BadShape(f"its geometry is not WKT: {shown(geometry)}") from None
    if not isinstance(line, shapely.LineString) or line.is_empty:
        raise BadShape(f"its geometry is not a line: {shown(geometry)}")
    degrees = shapely.get_coordinates(line)
    limits = np.array([180.0, 90.0])
    # Written so that NaN fails too.
    if not bool((np.abs(degrees) <= limits).all()):
        raise BadShape("its geometry leaves the earth")
    return np.rint(degrees * E7).astype(np.int32)


def _runs_against(points: Shape, tail: Shape, head: Shape) -> bool:
    def apart(a: Shape, b: Shape) -> int:
        return int(np.abs(a.astype(np.int64) - b).sum())

    along = apart(points[0], tail) + apart(points[-1], head)
    against = apart(points[0], head) + apart(points[-1], tail)
    return against < along
