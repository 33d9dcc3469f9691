"""How fast a road is driven when traffic is light.

A limit is not a speed: junctions, bends and parked cars cost time that no tag states. Tagged
limits are therefore multiplied by a factor, and classes without a limit get a speed that already
contains those losses. Streets count at 80 % of the limit; motorways, which have no junctions, at
90 %. Both factors are chosen, not measured: arrivals will correct them once there are any.
"""

from __future__ import annotations

from dispatch_router.routing.build.access import Access
from dispatch_router.routing.build.speed_limits import speed_limit_kmh
from dispatch_router.routing.build.tags import Drops, Tags, listed
from dispatch_router.routing.road_classes import RoadClass

STREET_FACTOR = 0.8
MOTORWAY_FACTOR = 0.9
RESTRICTED_KMH = 20.0
"""Through gates, yards and farm roads."""
ALTERNATING_KMH = 15.0
"""Where one lane serves both directions in turns: slow, because of the wait."""
SLOWEST_KMH = 3.0

WALK_KMH = 5.0
"""On foot, as most route planners take it (OSRM's profile for walking: 5 km/h)."""
STEPS_KMH = 2.5
"""On foot up and down steps, measured on the map; chosen."""

CLASS_KMH: dict[RoadClass, float] = {
    RoadClass.MOTORWAY: 100.0,
    RoadClass.MOTORWAY_LINK: 50.0,
    RoadClass.TRUNK: 70.0,
    RoadClass.TRUNK_LINK: 40.0,
    RoadClass.PRIMARY: 50.0,
    RoadClass.PRIMARY_LINK: 35.0,
    RoadClass.SECONDARY: 45.0,
    RoadClass.SECONDARY_LINK: 30.0,
    RoadClass.TERTIARY: 40.0,
    RoadClass.TERTIARY_LINK: 30.0,
    RoadClass.UNCLASSIFIED: 35.0,
    RoadClass.RESIDENTIAL: 25.0,
    RoadClass.LIVING_STREET: 10.0,
    RoadClass.SERVICE: 15.0,
    RoadClass.TRACK: 20.0,
    RoadClass.ROAD: 25.0,
    RoadClass.FERRY: 10.0,
    RoadClass.PEDESTRIAN: 8.0,
    RoadClass.UNKNOWN: 30.0,
}
"""By car or motorcycle, where no limit is tagged."""

UNPAVED_SURFACES = frozenset(
    {
        *("unpaved", "compacted", "fine_gravel", "gravel", "pebblestone", "ground", "dirt"),
        *("earth", "grass", "grass_paver", "sand", "mud", "rock", "clay", "woodchips"),
    }
)
_SURFACE_KMH = {
    **dict.fromkeys(("sett", "cobblestone", "cobblestone:flattened", "wood", "metal"), 40.0),
    **dict.fromkeys(("compacted", "fine_gravel", "unhewn_cobblestone"), 40.0),
    **dict.fromkeys(("unpaved", "gravel", "pebblestone", "grass_paver"), 30.0),
    **dict.fromkeys(("ground", "dirt", "earth", "clay"), 25.0),
    **dict.fromkeys(("grass", "rock", "woodchips"), 15.0),
    **dict.fromkeys(("sand", "mud"), 10.0),
}
_TRACK_GRADE_KMH = {
    "grade1": 40.0,
    "grade2": 30.0,
    "grade3": 25.0,
    "grade4": 20.0,
    "grade5": 15.0,
}
_SMOOTHNESS_KMH = {"bad": 40.0, "very_bad": 20.0, "horrible": 10.0, "very_horrible": 5.0}


def walking_kmh(road_class: RoadClass) -> float:
    """Return the speed on foot, or of the ferry that takes walkers."""
    if road_class is RoadClass.FERRY:
        return CLASS_KMH[RoadClass.FERRY]
    return STEPS_KMH if road_class is RoadClass.STEPS else WALK_KMH


def free_flow_kmh(
    road_class: RoadClass, tags: Tags, direction: str, access: Access, drops: Drops
) -> tuple[float, bool]:
    """Return the speed of light traffic in one direction, and whether a tagged limit gave it."""
    limit_kmh = speed_limit_kmh(tags, direction, drops)
    speed_kmh = CLASS_KMH[road_class]
    if road_class is RoadClass.TRACK:
        speed_kmh = _TRACK_GRADE_KMH.get(tags.get("tracktype", ""), speed_kmh)
    if limit_kmh is not None:
        is_motorway = road_class is RoadClass.MOTORWAY
        speed_kmh = limit_kmh * (MOTORWAY_FACTOR if is_motorway else STREET_FACTOR)
    caps_kmh = _ground_caps_kmh(tags)
    if access is Access.RESTRICTED:
        caps_kmh.append(RESTRICTED_KMH)
    return max(SLOWEST_KMH, min([speed_kmh, *caps_kmh])), limit_kmh is not None


def is_unpaved(tags: Tags) -> bool:
    """Tell whether the tags say that the road is not paved."""
    if "surface" in tags:
        return any(surface in UNPAVED_SURFACES for surface in listed(tags["surface"]))
    return tags.get("tracktype") in ("grade2", "grade3", "grade4", "grade5")


def _ground_caps_kmh(tags: Tags) -> list[float]:
    caps_kmh = [_SURFACE_KMH[s] for s in listed(tags.get("surface", "")) if s in _SURFACE_KMH]
    for key, table in (("tracktype", _TRACK_GRADE_KMH), ("smoothness", _SMOOTHNESS_KMH)):
        value = tags.get(key)
        if value in table:
            caps_kmh.append(table[value])
    return caps_kmh
