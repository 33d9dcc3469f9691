"""Valhalla's sources_to_targets: all units as sources, the call as the one target.

Valhalla takes speeds in whole km/h and adds time for turns, which its costings cannot be told to
leave out. So its times are not ours; how near they come is printed.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.engines.kept import make_once
from benchmarks.engines.osm_export import write_osm
from benchmarks.engines.question import Contender, Question, Skipped, least

SECONDS_TO_MS = 1000
NO_LIMIT = 10**9
LONGEST_STEP_S = 1200.0
NO_EXTRA_COSTS = {
    "maneuver_penalty": 0,
    "service_penalty": 0,
    "service_factor": 1,
    "private_access_penalty": 0,
    "destination_only_penalty": 0,
    "use_living_streets": 1,
    "use_tracks": 1,
}


class Valhalla(Contender):
    """One of Valhalla's two ways to fill a matrix, in this process."""

    exact = False
    never_closes = "closed roads are named in each request (exclude_locations)"
    _algorithm: str

    def __init__(self, question: Question) -> None:
        try:
            import valhalla
        except ImportError as missing:
            raise Skipped(f"{missing}; make bench-engines installs it") from missing
        package = Path(valhalla.__file__).parent

        def tiles(folder: Path) -> None:
            (folder / "tiles").mkdir()
            settings = folder / "settings.json"
            settings.write_text(json.dumps(self._settings(valhalla, folder)), encoding="utf-8")
            source = folder / "roads.osm.pbf"
            write_osm(question.graph, source)
            program = package / "bin" / "valhalla_build_tiles"
            command = [str(program), "--config", str(settings), str(source)]
            try:
                done = subprocess.run(
                    command, capture_output=True, text=True, timeout=LONGEST_STEP_S, check=False
                )
            except subprocess.TimeoutExpired as late:
                raise Skipped(f"{program.name} was not done in {LONGEST_STEP_S:g} s") from late
            if done.returncode != 0:
                raise Skipped(f"{program.name} ended with {done.returncode}: {done.stderr[-200:]}")

        folder, self.build_s = make_once(question, "valhalla", {"tiles": tiles})
        self._actor: Any = valhalla.Actor(self._settings(valhalla, folder))
        self._places = [
            {"lon": lon, "lat": lat} for lon, lat in zip(question.lon, question.lat, strict=True)
        ]
        self._units: list[dict[str, float]] = []

    def _settings(self, valhalla: Any, folder: Path) -> dict[str, Any]:
        settings: dict[str, Any] = valhalla.get_config(
            tile_extract="", tile_dir=str(folder / "tiles")
        )
        settings["mjolnir"].update(admin="", timezone="", traffic_extract="", concurrency=1)
        settings["mjolnir"]["data_processing"]["use_admin_db"] = False
        settings["thor"]["source_to_target_algorithm"] = self._algorithm
        settings["service_limits"]["auto"].update(
            max_distance=NO_LIMIT,
            max_locations=NO_LIMIT,
            max_matrix_distance=NO_LIMIT,
            max_matrix_location_pairs=NO_LIMIT,
        )
        return settings

    def place(self, units: Sequence[int]) -> None:
        self._units = [self._places[unit] for unit in units]

    def nearest(self, call: int, k: int) -> list[int]:
        request = {
            "sources": self._units,
            "targets": [self._places[call]],
            "costing": "auto",
            "costing_options": {"auto": NO_EXTRA_COSTS},
            "verbose": False,
        }
        answer = json.loads(self._actor.matrix(json.dumps(request)))
        rows = answer["sources_to_targets"]["durations"]
        seconds = [row[0] for row in rows]
        return least([None if one is None else one * SECONDS_TO_MS for one in seconds], k)


class ValhallaCost(Valhalla):
    """From both ends until they meet, for every pair."""

    name = "Valhalla CostMatrix"
    _algorithm = "costmatrix"


class ValhallaTime(Valhalla):
    """Dijkstra from the one target until all sources are found."""

    name = "Valhalla TimeDistance"
    _algorithm = "timedistancematrix"
