"""Read the roads of a large source: what the same tags mean is found out once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.roads import Road, read_road
from dispatch_router.routing.build.tags import Drops, Tags

MOST_REMEMBERED = 1 << 16
"""Sets of tags; a city has some thousands."""

_ABOUT_ROADS = frozenset(
    {
        *("highway", "route", "service", "junction", "area", "motorroad", "oneway", "layer"),
        *("access", "vehicle", "motor_vehicle", "motorcar", "motorcycle", "foot", "emergency"),
        *("maxspeed", "surface", "smoothness", "tracktype", "impassable", "duration"),
        *("bridge", "tunnel", "toll", "width", "est_width"),
    }
)
"""What ``read_road`` looks at, up to the first colon; with names, every way would be unique."""
_ABOUT_ROADS_TOO = "source:maxspeed"

_Key: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Meaning:
    road: Road | None
    drops: Drops


class RoadReader:
    """Reads tags for every mode."""

    def __init__(self) -> None:
        self._known: dict[_Key, Mapping[UnitMode, _Meaning]] = {}

    def read(self, tags: Tags, drops: Mapping[UnitMode, Drops]) -> Mapping[UnitMode, Road]:
        """Return what the tags are to each mode that can use them, as ``read_road`` does.

        Args:
            tags: of the way.
            drops: what is left out or not understood is counted here, by mode.
        """
        key = tuple(item for item in tags.items() if _is_about_roads(item[0]))
        meanings = self._known.get(key)
        if meanings is None:
            meanings = {mode: _read(dict(key), mode) for mode in UnitMode}
            if len(self._known) < MOST_REMEMBERED:
                self._known[key] = meanings
        for mode, meaning in meanings.items():
            if meaning.drops:
                drops[mode].update(meaning.drops)
        return {mode: found.road for mode, found in meanings.items() if found.road is not None}


def _is_about_roads(key: str) -> bool:
    return key.partition(":")[0] in _ABOUT_ROADS or key == _ABOUT_ROADS_TOO


def _read(tags: Tags, mode: UnitMode) -> _Meaning:
    drops: Drops = Counter()
    return _Meaning(read_road(tags, drops, mode=mode), drops)
