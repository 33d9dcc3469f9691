"""A place by its name, fetched from OpenStreetMap through osmnx: for builds with internet only."""

from __future__ import annotations

import socket
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import networkx as nx

from dispatch_router.domain.errors import DispatchError
from dispatch_router.routing.build.graph_network import network_from_graph
from dispatch_router.routing.build.graphml_reader import describe_source
from dispatch_router.routing.build.names import clean_name, first_line
from dispatch_router.routing.build.network import Networks
from dispatch_router.routing.build.progress import Progress, no_progress

CONNECT_TIMEOUT_S = 10.0
# Every class is fetched, and judged as those of a file are. Roads whose direction changes with the
# hour are not: osmnx would hand them on as two-way streets.
_WAYS = '["highway"]["area"!~"yes"]["oneway"!~"reversible"]'
_WAY_TAGS = (
    *("access", "vehicle", "motor_vehicle", "motorcar", "motorcycle", "foot", "emergency"),
    *("bridge", "tunnel", "layer", "highway", "service", "junction", "motorroad", "width"),
    *("oneway", "oneway:foot", "maxspeed", "maxspeed:type", "source:maxspeed"),
    *("name", "name:zh", "name:en", "ref", "surface", "tracktype", "smoothness", "toll"),
)


class PlaceUnavailable(DispatchError):
    """A place cannot be fetched: no internet, no such place, or the service refuses."""

    code = "place_unavailable"


def read_place(place: str, progress: Progress = no_progress) -> Networks:
    """Fetch the roads of a place, such as ``"九龙坡区, 重庆"``.

    osmnx knows neither turn restrictions nor barriers: a graph from a file is the better one.

    Raises:
        PlaceUnavailable: no internet, or OpenStreetMap has no area of that name.
        InvalidGraph: the place has no road.
    """
    label = clean_name(place)
    progress("asking OpenStreetMap", 0.0)
    # Imported here: osmnx brings geopandas along, which no other command needs.
    import osmnx

    _check_internet(osmnx.settings.nominatim_url, label)
    with _own_settings(osmnx.settings):
        graph = _fetch(osmnx, place, label)
    progress("asking OpenStreetMap", 1.0)
    return network_from_graph(graph, describe_source(graph, label, kind="place"), progress)


def _fetch(osmnx: Any, place: str, label: str) -> nx.Graph[Hashable]:
    try:
        pieces = osmnx.graph_from_place(
            place, custom_filter=_WAYS, simplify=False, retain_all=True, truncate_by_edge=True
        )
        # One edge per way between junctions, so that no edge mixes the tags of two ways.
        graph: nx.Graph[Hashable] = osmnx.simplify_graph(
            pieces, edge_attrs_differ=["osmid"], remove_rings=False
        )
    except OSError as error:
        raise _no_internet(label) from error
    except (ValueError, TypeError, KeyError, LookupError) as error:
        said = first_line(error)
        raise PlaceUnavailable(
            f'OpenStreetMap gave no roads for "{label}" ({said}); check the name, or build from '
            "a file.",
            f"OpenStreetMap 未返回“{label}”的道路（{said}）；请检查地名，或改用文件生成。",
        ) from error
    return graph


def _check_internet(url: str, label: str) -> None:
    # osmnx waits minutes for a connection; where there is no internet, ten seconds tell.
    try:
        httpx.get(url, timeout=CONNECT_TIMEOUT_S)
    except (httpx.HTTPError, OSError) as error:
        raise _no_internet(label) from error


def _no_internet(label: str) -> PlaceUnavailable:
    return PlaceUnavailable(
        f'There is no internet here to fetch "{label}" from OpenStreetMap; build from a file '
        "instead: dispatch-router graph build SOURCE OUT.",
        f"此处无法访问互联网，不能从 OpenStreetMap 获取“{label}”；"
        "请改用文件：dispatch-router graph build SOURCE OUT。",
    )


@contextmanager
def _own_settings(settings: Any) -> Iterator[None]:
    """Keep what osmnx changes for all of the process, and leave no cache on the disk."""
    own = {
        "use_cache": False,
        "doh_url_template": None,
        "useful_tags_way": list(_WAY_TAGS),
        "useful_tags_node": ["highway"],
    }
    before = {key: getattr(settings, key) for key in own}
    look_up_host = socket.getaddrinfo
    try:
        for key, value in own.items():
            setattr(settings, key, value)
        yield
    finally:
        for key, value in before.items():
            setattr(settings, key, value)
        socket.getaddrinfo = look_up_host
