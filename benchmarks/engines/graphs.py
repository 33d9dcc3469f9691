"""The road graphs on which engines are compared, kept from run to run in a temporary folder.

Three things differ from a district's graph, for every engine alike: turn rules are left out, as not
every peer can be given them in the same words; times are whole tenths of a second, because OSRM
counts in these; and roads that only an emergency drive may take are closed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import dispatch_router.routing
from benchmarks import tiles
from benchmarks.cities import BESIDE_THE_REPOSITORY
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.assemble import assemble_district
from dispatch_router.routing.build.network import NOT_PERMITTED, RoadNetwork
from dispatch_router.routing.build.sources import read_network
from dispatch_router.routing.format import open_graph, write_graph
from dispatch_router.routing.graph import DistrictRoads, RoadGraph

TENTH_MS = 100
MAKERS = ("format.py", "graph.py", "version.py", "hierarchy/cut.py", "hierarchy/order.py")
"""Of the package ``routing``, beside all of ``build``: what a graph is made by."""


@dataclass(frozen=True)
class Recipe:
    """What a graph is made of: an extract, and how many copies of it lie side by side."""

    extract: str
    columns: int = 1
    rows: int = 1


RECIPES = {
    "north-bayreuth": Recipe("north-bayreuth.osm.gz"),
    "liechtenstein": Recipe("liechtenstein-latest.osm.pbf"),
    "porto": Recipe("porto_portugal.osm.pbf"),
    "porto-x4": Recipe("porto_portugal.osm.pbf", 2, 2),
    "porto-x16": Recipe("porto_portugal.osm.pbf", 4, 4),
}
SMALL_GRAPH = "north-bayreuth"


@dataclass(frozen=True)
class ComparisonGraph:
    """A graph, and a folder for what peers make of it.

    Attributes:
        name: a key of ``RECIPES``.
        folder: of this very graph; peers keep their files beside it.
        roads: opened from disk, as a service has them; cars alone.
        build_s: what it took to make it; None where it was made by an earlier run.
    """

    name: str
    folder: Path
    roads: DistrictRoads
    build_s: float | None

    @property
    def graph(self) -> RoadGraph:
        """The network of cars."""
        return self.roads.networks[UnitMode.CAR]


def open_comparison_graph(name: str) -> ComparisonGraph:
    """Make a graph or take the one of an earlier run; ends the program where the extract is not."""
    recipe = RECIPES[name]
    source = Path(os.environ.get("DISPATCH_SHARED_DATA", BESIDE_THE_REPOSITORY)) / recipe.extract
    if not source.is_file():
        sys.exit(f"skipped: {source} is not there; set DISPATCH_SHARED_DATA to its folder")
    folder = _kept_in(name, source)
    build_s = None
    if not (folder / "made").exists():
        begun = time.perf_counter()
        network = comparable(read_network(source), recipe)
        write_graph(assemble_district({UnitMode.CAR: network}), folder / "graph", replace=True)
        build_s = time.perf_counter() - begun
        (folder / "made").touch()
    return ComparisonGraph(name, folder, open_graph(folder / "graph"), build_s)


def comparable(network: RoadNetwork, recipe: Recipe) -> RoadNetwork:
    """Tile a network, and leave out what not every engine can be told."""
    tiled = tiles.tile(network, recipe.columns, recipe.rows)
    routine = tiled.free_flow_ms != NOT_PERMITTED
    tenths = np.maximum((tiled.free_flow_ms + TENTH_MS // 2) // TENTH_MS, 1)
    return dataclasses.replace(
        tiled,
        free_flow_ms=np.where(routine, tenths * TENTH_MS, NOT_PERMITTED).astype(np.int32),
        emergency=np.zeros_like(tiled.emergency),
        signals=np.zeros_like(tiled.signals),
        forbidden=(),
        restrictions_kept=0,
    )


def _kept_in(name: str, source: Path) -> Path:
    """A folder that is named for everything that the graph depends on."""
    here, routing = Path(__file__).resolve(), Path(dispatch_router.routing.__file__).parent
    makers = [routing / maker for maker in MAKERS]
    makers += sorted((routing / "build").rglob("*.py"))
    digest = hashlib.sha256(source.read_bytes())
    for path in (here, Path(tiles.__file__), *makers):
        digest.update(path.read_bytes())
    kept = Path(tempfile.gettempdir()) / "dispatch_router-engines"
    folder = kept / f"{name}-{digest.hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
