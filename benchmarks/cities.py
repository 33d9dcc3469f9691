"""Road graphs of real extracts, and random units on them."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.policy import LocatePolicy, SnapPolicy
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.assemble import assemble_district
from dispatch_router.routing.build.sources import read_networks
from dispatch_router.routing.format import open_graph, write_graph
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.metric import free_flow_metric
from dispatch_router.routing.reach import IN_CORE

BESIDE_THE_REPOSITORY = Path(__file__).resolve().parents[2] / "shared" / "data"
SNAP = SnapPolicy(max_snap_m=500.0, candidate_within_m=5.0, yard_speed_m_s=3.0)
LOCATE = LocatePolicy(
    walk_speed_m_s=1.25,
    walk_detour=1.3,
    search_base_s=30.0,
    search_speed_familiar_m_s=2.0,
    search_speed_unfamiliar_m_s=0.5,
)


@dataclass(frozen=True)
class City:
    """A real extract as a graph folder."""

    name: str
    folder: Path
    graph: RoadGraph


def open_city(extract: str) -> City:
    """Build an extract's graph and open it from disk; ends the program where the extract is not."""
    source = Path(os.environ.get("DISPATCH_SHARED_DATA", BESIDE_THE_REPOSITORY)) / extract
    if not source.is_file():
        sys.exit(f"skipped: {source} is not there; set DISPATCH_SHARED_DATA to its folder")
    roads = assemble_district(read_networks(source))
    cache = Path(tempfile.gettempdir()) / "dispatch_router-benchmarks"
    cache.mkdir(exist_ok=True)
    folder = cache / f"{extract.split('.')[0]}-{roads.summary.version}"
    write_graph(roads, folder, replace=folder.exists())
    return City(extract, folder, open_graph(folder).networks[UnitMode.CAR])


def positions_on_roads(graph: RoadGraph, rng: np.random.Generator, count: int) -> list[LonLat]:
    """Random shape points of roads of the largest connected part."""
    reach = free_flow_metric(graph).reach
    arrives_at = reach[np.maximum(graph.states.head_state, 0)]
    both_ways = (arrives_at[0::2] == IN_CORE) & (arrives_at[1::2] == IN_CORE)
    points = np.flatnonzero(both_ways[graph.edges.point_edge])
    chosen = rng.choice(points, count)
    lon = (graph.edges.point_lon_e7[chosen] / 1e7).tolist()
    lat = (graph.edges.point_lat_e7[chosen] / 1e7).tolist()
    return [LonLat(*position) for position in zip(lon, lat, strict=True)]
