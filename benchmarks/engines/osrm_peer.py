"""OSRM's Table service: all units as sources, the call as the one destination."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.engines.kept import Steps, make_once
from benchmarks.engines.osm_export import osm_id, write_osm
from benchmarks.engines.question import ClosedRoad, Contender, Question, Skipped, least

PROFILE = Path(__file__).with_name("tenths.lua")
SOURCE, BASE = "roads.osm.pbf", "roads.osrm"
LONGEST_STEP_S, LONGEST_CLOSURE_S = 1200.0, 60.0
CLOSED_KMH = 0
SECONDS_TO_MS = 1000


class Osrm(Contender):
    """One of OSRM's two algorithms, in this process, everything in memory.

    It keeps positions to a millionth of a degree, 10 cm: once in a while two nodes fall together,
    or a call is a tenth of a second off.
    """

    exact = False
    _algorithm: str
    _first_steps: tuple[str, ...]
    _for_new_speeds: tuple[str, ...]

    def __init__(self, question: Question) -> None:
        try:
            import osrm
        except ImportError as missing:
            raise Skipped(f"{missing}; make bench-engines installs it") from missing
        self._library: Any = osrm
        self._place = list(zip(question.lon, question.lat, strict=True))
        self._units: list[tuple[float, float]] = []

        def extract(folder: Path) -> None:
            write_osm(question.graph, folder / SOURCE)
            run_tool("extract", folder / SOURCE, "--profile", str(PROFILE))

        steps: Steps = {"extract": extract}
        for tool in (*self._first_steps, *self._for_new_speeds):
            steps[tool] = lambda folder, tool=tool: run_tool(tool, folder / BASE)
        folder, self.build_s = make_once(question, f"osrm-{self._algorithm.lower()}", steps)
        self._base = folder / BASE
        self._spare = folder / "spare"
        if not self._spare.exists():
            shutil.copytree(folder, self._spare)
        if sum(self.build_s[tool] for tool in self._for_new_speeds) > LONGEST_CLOSURE_S:
            self.never_closes = f"osrm-{self._for_new_speeds[0]} has to run again, see the build"
        self._open(self._base)

    def place(self, units: Sequence[int]) -> None:
        self._units = [self._place[unit] for unit in units]

    def nearest(self, call: int, k: int) -> list[int]:
        count = len(self._units)
        parameters = self._library.TableParameters(
            coordinates=[*self._units, self._place[call]],
            sources=list(range(count)),
            destinations=[count],
            annotations=["duration"],
            generate_hints=False,
        )
        parameters.skip_waypoints = True
        rows = self._engine.Table(parameters)["durations"]
        seconds = [row[0] for row in rows]
        return least([None if one is None else one * SECONDS_TO_MS for one in seconds], k)

    def close(self, road: ClosedRoad) -> None:
        closures = self._spare / "closures.csv"
        row = f"{osm_id(road.tail)},{osm_id(road.head)},{CLOSED_KMH}\n"
        closures.write_text(row, encoding="utf-8")
        for tool in self._for_new_speeds:
            run_tool(tool, self._spare / BASE, "--segment-speed-file", str(closures))
        self._open(self._spare / BASE)

    def reopen(self) -> None:
        self._open(self._base)

    def _open(self, base: Path) -> None:
        self._engine = self._library.OSRM(
            algorithm=self._algorithm,
            storage_config=str(base),
            use_shared_memory=False,
            max_locations_distance_table=-1,
        )


class OsrmCh(Osrm):
    """Contraction hierarchies: the quickest table, contracted anew for every new speed."""

    name = "OSRM CH"
    _algorithm = "CH"
    _first_steps = ()
    _for_new_speeds = ("contract",)


class OsrmMld(Osrm):
    """Multi-level Dijkstra: partitioned once, customized for new speeds."""

    name = "OSRM MLD"
    _algorithm = "MLD"
    _first_steps = ("partition",)
    _for_new_speeds = ("customize",)


def run_tool(tool: str, path: Path, *options: str) -> None:
    """Run one of OSRM's programs, which the wheel brings along, on one thread."""
    command = [sys.executable, "-m", "osrm", tool, "--threads", "1", str(path), *options]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=LONGEST_STEP_S, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise Skipped(f"osrm-{tool} was not done within {LONGEST_STEP_S:g} s") from late
    if done.returncode != 0:
        last = (done.stdout + done.stderr).strip().splitlines()[-1:]
        raise Skipped(f"osrm-{tool} ended with {done.returncode}: {' '.join(last)}")
