"""The one door for sources: whatever it is, a road network comes out."""

from __future__ import annotations

from pathlib import Path

from dispatch_router.routing.build.graphml_reader import read_graphml
from dispatch_router.routing.build.network import RoadNetwork
from dispatch_router.routing.build.osm_reader import read_osm
from dispatch_router.routing.build.progress import Progress, no_progress
from dispatch_router.routing.build.source_files import SourceFormat, inspect_source


def read_network(path: Path, progress: Progress = no_progress) -> RoadNetwork:
    """Read OpenStreetMap data or GraphML, told apart by content.

    Raises:
        InvalidGraph: the file cannot be used; the detail names it and says why.
    """
    source = inspect_source(path)
    if source.format is SourceFormat.GRAPHML:
        return read_graphml(source, progress)
    return read_osm(source, progress)
