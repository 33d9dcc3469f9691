"""Traffic signals where main streets of the towns cross."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from tools.make_xipeng.draft import Road
from tools.make_xipeng.names import Tags
from tools.make_xipeng.plane import Point

MAIN = frozenset({"primary", "secondary", "tertiary"})
SIGNALS: Tags = {"highway": "traffic_signals"}


def choose_signals(roads: Sequence[Road]) -> dict[Point, Tags]:
    """Put signals where main streets of two names meet; roundabouts do without."""
    names: dict[Point, set[str]] = defaultdict(set)
    circled: set[Point] = set()
    for road in roads:
        if road.tags.get("junction") == "roundabout":
            circled.update(road.points)
        elif road.level == 0 and road.tags["highway"] in MAIN and "maxspeed" in road.tags:
            for point in road.points:
                names[point].add(road.tags.get("name", ""))
    return {p: SIGNALS for p, streets in names.items() if len(streets) > 1 and p not in circled}
