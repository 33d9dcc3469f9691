"""The bundled district with patrols enough to send."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.cities import positions_on_roads
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.format import open_graph

BUNDLED = Path(__file__).resolve().parents[2] / "data" / "road_graphs" / "xipeng"
STATION = "xipeng-station"
ZONES = ("zone-town", "zone-yingxin", "zone-park", "zone-chengxi", "zone-dashibao", "zone-baipeng")
# The graph reaches beyond the district; calls and patrols keep to the town.
WEST, SOUTH, EAST, NORTH = 106.25753, 29.25821, 106.36011, 29.39070


def positions_in_town(rng: np.random.Generator, count: int) -> list[LonLat]:
    """Random positions on roads of the town."""
    graph = open_graph(BUNDLED / "graph").networks[UnitMode.CAR]
    found: list[LonLat] = []
    while len(found) < count:
        found += [each for each in positions_on_roads(graph, rng, 2 * count) if _in_town(each)]
    return found[:count]


def write_district(folder: Path, beats: Sequence[LonLat]) -> list[str]:
    """Copy the district, add a patrol for each beat, and return the ids of these."""
    shutil.copytree(BUNDLED, folder)
    ids = [f"patrol-{number:04}" for number in range(len(beats))]
    rows = [
        {
            "id": unit_id,
            "name": {"zh": f"巡逻{number}组", "en": f"Patrol {number}"},
            "post": STATION,
            "patrol": True,
            "mode": "car",
            "beat": {"lon": beat.lon, "lat": beat.lat},
            "familiar_zones": [ZONES[number % len(ZONES)]],
        }
        for number, (unit_id, beat) in enumerate(zip(ids, beats, strict=True))
    ]
    # JSON rows are YAML rows.
    lines = [f"- {json.dumps(row, ensure_ascii=False)}\n" for row in rows]
    with (folder / "units.yaml").open("a", encoding="utf-8") as units:
        units.writelines(lines)
    return ids


def _in_town(position: LonLat) -> bool:
    return WEST <= position.lon <= EAST and SOUTH <= position.lat <= NORTH
