"""Which classes of ways a mode can use at all, before access tags speak."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.ferries import comes_aboard, is_ferry
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.tags import Drops, Tags, listed
from dispatch_router.routing.road_classes import RoadClass

_NOT_STREETS = frozenset(
    {
        *(RoadClass.UNKNOWN, RoadClass.FERRY, RoadClass.PEDESTRIAN, RoadClass.FOOTWAY),
        *(RoadClass.PATH, RoadClass.STEPS, RoadClass.CYCLEWAY),
    }
)
_STREETS = {
    road_class.name.lower(): road_class
    for road_class in RoadClass
    if road_class not in _NOT_STREETS
}
_FOR_VEHICLES_IF_TAGGED = {
    "pedestrian": RoadClass.PEDESTRIAN,
    **dict.fromkeys(("footway", "path", "cycleway", "bridleway", "busway"), RoadClass.SERVICE),
}
# Wide enough unless they say otherwise; the others must say that they are.
_WIDE_FOR_CARS = frozenset({"pedestrian", "busway"})
_WIDE_FOR_MOTORCYCLES = _WIDE_FOR_CARS | {"cycleway"}
NARROWEST_M = {UnitMode.CAR: 2.5, UnitMode.MOTORCYCLE: 1.5, UnitMode.FOOT: 0.0}
"""An emergency drive leaves room for the mirrors on both sides; chosen."""
_METRES = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)( ?m)?", re.ASCII)
_FOR_WALKERS_IF_TAGGED = {
    "motorway": RoadClass.MOTORWAY,
    "motorway_link": RoadClass.MOTORWAY_LINK,
    "busway": RoadClass.SERVICE,
}
_FOR_WALKERS = {
    **{name: kind for name, kind in _STREETS.items() if name not in _FOR_WALKERS_IF_TAGGED},
    "pedestrian": RoadClass.PEDESTRIAN,
    "steps": RoadClass.STEPS,
    "path": RoadClass.PATH,
    "bridleway": RoadClass.PATH,
    "cycleway": RoadClass.CYCLEWAY,
    **dict.fromkeys(("footway", "corridor", "platform", "crossing"), RoadClass.FOOTWAY),
}
_SQUARES = frozenset({RoadClass.PEDESTRIAN, RoadClass.FOOTWAY})
_OTHERS = frozenset(
    {
        *("steps", "corridor", "elevator", "escalator", "via_ferrata", "ladder", "platform"),
        *("bus_guideway", "bus_stop", "raceway", "escape", "emergency_bay", "rest_area"),
        *("services", "proposed", "planned", "construction", "abandoned", "disused", "razed"),
        *("dismantled", "demolished", "historic", "no", "virtual", "crossing", "traffic_island"),
        *_FOR_VEHICLES_IF_TAGGED,
        *_STREETS,
    }
)
_TAGS_ABOUT = {
    UnitMode.CAR: ("motorcar", "motor_vehicle", "vehicle", "emergency"),
    UnitMode.MOTORCYCLE: ("motorcycle", "motor_vehicle", "vehicle", "emergency"),
    UnitMode.FOOT: ("foot",),
}


@dataclass(frozen=True, slots=True)
class RoadKind:
    """What a mode can do with a class of ways.

    Attributes:
        needs_own_tag: it is not for the mode by itself: only a tag about the mode opens it.
        is_wide_enough: an emergency drive fits, whatever the access tags say.
    """

    road_class: RoadClass
    needs_own_tag: bool
    is_wide_enough: bool = True


def road_kind(
    tags: Tags, mode: UnitMode, drops: Drops, *, may_lack_class: bool
) -> RoadKind | Dropped:
    """Return what the mode can do with a way of these tags, or why nothing."""
    if is_ferry(tags):
        if not comes_aboard(tags, mode, drops):
            return Dropped.FERRY_NOT_FOR_MODE
        return RoadKind(RoadClass.FERRY, needs_own_tag=mode is not UnitMode.FOOT)
    if _is_impassable(tags, mode):
        return Dropped.ROAD_IMPASSABLE
    if may_lack_class and "highway" not in tags:
        kind: RoadKind | Dropped = RoadKind(RoadClass.UNKNOWN, needs_own_tag=False)
    else:
        kind = _kind_of_highway(listed(tags.get("highway", "")), tags, mode)
    if isinstance(kind, RoadKind) and tags.get("area") == "yes" and not _is_walked(kind, mode):
        return Dropped.ROAD_AREA
    return kind


def _is_impassable(tags: Tags, mode: UnitMode) -> bool:
    # ``smoothness`` is about wheels.
    on_wheels = mode is not UnitMode.FOOT and tags.get("smoothness") == "impassable"
    return on_wheels or tags.get("impassable") == "yes"


def _is_walked(kind: RoadKind, mode: UnitMode) -> bool:
    """Tell whether walkers cross the area, for which its outline must stand."""
    return mode is UnitMode.FOOT and kind.road_class in _SQUARES


def _kind_of_highway(values: list[str], tags: Tags, mode: UnitMode) -> RoadKind | Dropped:
    on_foot = mode is UnitMode.FOOT
    by_itself = _FOR_WALKERS if on_foot else _STREETS
    if_tagged = _FOR_WALKERS_IF_TAGGED if on_foot else _FOR_VEHICLES_IF_TAGGED
    for highway in values:
        if highway in by_itself:
            # A motorroad is closed to walkers as a motorway is.
            closed_to_walkers = on_foot and tags.get("motorroad") == "yes"
            fits = _is_wide_enough(tags, mode, unless_said=True)
            return RoadKind(by_itself[highway], closed_to_walkers, fits)
        if highway in if_tagged:
            wide = _WIDE_FOR_CARS if mode is UnitMode.CAR else _WIDE_FOR_MOTORCYCLES
            fits = not on_foot and _is_wide_enough(tags, mode, unless_said=highway in wide)
            kind = RoadKind(if_tagged[highway], needs_own_tag=True, is_wide_enough=fits)
            return kind if fits or _has_tag_about(mode, tags) else Dropped.ROAD_NOT_FOR_MODE
        if highway in _OTHERS:
            return Dropped.ROAD_NOT_FOR_MODE
    return Dropped.ROAD_CLASS_UNKNOWN


def _is_wide_enough(tags: Tags, mode: UnitMode, *, unless_said: bool) -> bool:
    for key in ("width", "est_width"):
        width = _METRES.fullmatch(tags.get(key, "").strip())
        if width is not None:
            return float(width[1]) >= NARROWEST_M[mode]
    return unless_said


def _has_tag_about(mode: UnitMode, tags: Tags) -> bool:
    return any(key.startswith(_TAGS_ABOUT[mode]) for key in tags)
