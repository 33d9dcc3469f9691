"""GraphML, as osmnx and networkx save it, into road networks."""

from __future__ import annotations

import gc
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime
from xml.etree.ElementTree import ParseError

import networkx as nx

from dispatch_router.routing.build.graph_network import network_from_graph
from dispatch_router.routing.build.names import clean_name, first_line
from dispatch_router.routing.build.network import Networks, SourceInfo
from dispatch_router.routing.build.osm_reader import OSM_ATTRIBUTION
from dispatch_router.routing.build.progress import Progress, no_progress
from dispatch_router.routing.build.source_files import SourceFile, refuse
from dispatch_router.routing.build.tags import says_yes

MAX_GRAPHML_BYTES = 1 << 29
"""The whole graph is held in memory, at many times its size; for more there is .osm.pbf."""

_UNREADABLE = (
    *(nx.NetworkXException, ParseError, OSError, RecursionError, MemoryError),
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError),
)


def read_graphml(source: SourceFile, progress: Progress = no_progress) -> Networks:
    """Read a graph that ``inspect_source`` let pass (no document type, so no XML bomb).

    Raises:
        InvalidGraph: it is damaged, or says what cannot be; the detail names the node or edge.
    """
    name = source.path.name
    if source.path.stat().st_size > MAX_GRAPHML_BYTES:
        refuse(
            name,
            f"is larger than {MAX_GRAPHML_BYTES >> 20} MiB; build from .osm.pbf instead.",
            f"超过 {MAX_GRAPHML_BYTES >> 20} MiB，请改用 .osm.pbf。",
        )
    progress("reading GraphML", 0.0)
    graph: nx.Graph[Hashable]
    try:
        with source.path.open("rb") as stream, _no_garbage_collection():
            graph = nx.read_graphml(stream, node_type=str)
    except _UNREADABLE as error:
        said = first_line(error)
        refuse(name, f"is not usable GraphML ({said}).", f"不是可用的 GraphML（{said}）。")
    progress("reading GraphML", 1.0)
    return network_from_graph(graph, describe_source(graph, name, kind="graphml"), progress)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Spare a tree of millions of elements, none of them garbage, from being looked through."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def describe_source(graph: nx.Graph[Hashable], name: str, *, kind: str) -> SourceInfo:
    """Return what a graph says of itself: osmnx notes its date, anyone may note the rest."""
    stated = {key: clean_name(str(value)) for key, value in graph.graph.items()}
    by_osmnx = "created_with" in stated
    return SourceInfo(
        name=clean_name(name),
        kind=kind,
        data_date=_rfc3339(stated.get("created_date", "")),
        attribution=stated.get("attribution") or (OSM_ATTRIBUTION if by_osmnx else ""),
        synthetic=says_yes(stated, "synthetic"),
    )


def _rfc3339(text: str) -> str | None:
    """Return a date as RFC 3339; osmnx notes local time, whose offset is then unknown (-00:00)."""
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        return None
    if date.tzinfo is not None:
        return date.isoformat(timespec="seconds")
    return date.isoformat(timespec="seconds") + "-00:00"
