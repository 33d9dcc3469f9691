"""The one door for sources: whatever it is, road networks come out, one for each mode."""

from __future__ import annotations

from pathlib import Path

from dispatch_router.domain.errors import InvalidGraph
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.graphml_reader import read_graphml
from dispatch_router.routing.build.network import Networks, RoadNetwork
from dispatch_router.routing.build.osm_reader import read_osm
from dispatch_router.routing.build.progress import Progress, no_progress
from dispatch_router.routing.build.source_files import SourceFormat, inspect_source


def read_networks(path: Path, progress: Progress = no_progress) -> Networks:
    """Read OpenStreetMap data or GraphML, told apart by content.

    Returns:
        A network for cars, and one for each other mode that has any road.

    Raises:
        InvalidGraph: the file cannot be used; the detail names it and says why.
    """
    source = inspect_source(path)
    if source.format is SourceFormat.GRAPHML:
        return read_graphml(source, progress)
    return read_osm(source, progress)


def read_network(path: Path, mode: UnitMode = UnitMode.CAR) -> RoadNetwork:
    """Read the network of one mode alone; see ``read_networks``.

    Raises:
        InvalidGraph: the file cannot be used, or has no road for this mode.
    """
    networks = read_networks(path)
    if mode not in networks:
        raise InvalidGraph(
            f"{path.name}: has no road for mode {mode}.", f"{path.name}：没有{mode}可用的道路。"
        )
    return networks[mode]
