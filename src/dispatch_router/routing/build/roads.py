"""From the tags of a way to a road that a police car can drive, or the reason why not."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from dispatch_router.routing.build.access import Access, car_access
from dispatch_router.routing.build.ferries import crossing_s, is_ferry, takes_cars
from dispatch_router.routing.build.oneway import Flow, is_roundabout, traffic_flow
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.speeds import ALTERNATING_KMH, free_flow_kmh, is_unpaved
from dispatch_router.routing.build.tags import Drops, Tags, listed, says_yes
from dispatch_router.routing.road_classes import RoadClass, RoadFlag

HIGHEST_LAYER = 20

_NOT_FOR_CARS_BY_ITSELF = frozenset(
    {
        *(RoadClass.UNKNOWN, RoadClass.FERRY, RoadClass.PEDESTRIAN, RoadClass.FOOTWAY),
        *(RoadClass.PATH, RoadClass.STEPS, RoadClass.CYCLEWAY),
    }
)
_FOR_CARS = {
    road_class.name.lower(): road_class
    for road_class in RoadClass
    if road_class not in _NOT_FOR_CARS_BY_ITSELF
}
_IF_TAGGED_FOR_VEHICLES = {
    "pedestrian": RoadClass.PEDESTRIAN,
    **dict.fromkeys(("footway", "path", "cycleway", "bridleway", "busway"), RoadClass.SERVICE),
}
_NEVER = frozenset(
    {
        *("steps", "corridor", "elevator", "escalator", "via_ferrata", "ladder", "platform"),
        *("bus_guideway", "bus_stop", "raceway", "escape", "emergency_bay", "rest_area"),
        *("services", "proposed", "planned", "construction", "abandoned", "disused", "razed"),
        *("dismantled", "demolished", "historic", "no", "virtual", "crossing", "traffic_island"),
    }
)
_LAYER = re.compile(r"[+-]?\d{1,2}", re.ASCII)
_FLOW_CAP_KMH = {Flow.ALTERNATING: ALTERNATING_KMH}
_CONDITIONAL_KEYS = tuple(
    f"{key}:conditional"
    for key in ("access", "vehicle", "motor_vehicle", "motorcar", "oneway", "maxspeed")
)


@dataclass(frozen=True, slots=True)
class Road:
    """What the tags say of one road.

    Attributes:
        forward_kmh, backward_kmh: light-traffic speed along and against the road as drawn; None
            where that direction must not be driven.
        crossing_s: duration of the whole line, ferries only.
    """

    road_class: RoadClass
    flags: RoadFlag
    layer: int
    forward_kmh: float | None
    backward_kmh: float | None
    crossing_s: int | None = None


def read_road(tags: Tags, drops: Drops, *, may_lack_class: bool = False) -> Road | None:
    """Return the road that the tags describe, or None with the reason counted in ``drops``.

    Args:
        tags: of the road.
        drops: what is left out or not understood is counted here.
        may_lack_class: without any class the road is ``RoadClass.UNKNOWN`` rather than left out.
    """
    found = _class_for_cars(tags, drops, may_lack_class=may_lack_class)
    if isinstance(found, Dropped):
        drops[found] += 1
        return None
    road_class, needs_vehicle_tag = found
    access = _access_both_ways(tags, drops, needs_vehicle_tag=needs_vehicle_tag)
    flow = traffic_flow(tags, drops)
    driven = (
        access[0] if flow.runs_forward else Access.CLOSED,
        access[1] if flow.runs_backward else Access.CLOSED,
    )
    if max(access if flow is Flow.REVERSIBLE else driven) is Access.CLOSED:
        drops[Dropped.ROAD_CLOSED] += 1
        return None
    _count_ignored(tags, flow, drops)
    return _road(road_class, tags, flow, driven, drops)


def _access_both_ways(
    tags: Tags, drops: Drops, *, needs_vehicle_tag: bool
) -> tuple[Access, Access]:
    forward = car_access(tags, "forward", drops, needs_vehicle_tag=needs_vehicle_tag)
    if not any(key.endswith((":forward", ":backward")) for key in tags):
        return forward, forward
    # What is not understood was counted with the other direction already.
    backward = car_access(tags, "backward", Counter(), needs_vehicle_tag=needs_vehicle_tag)
    return forward, backward


def _class_for_cars(
    tags: Tags, drops: Drops, *, may_lack_class: bool
) -> tuple[RoadClass, bool] | Dropped:
    """Return the class and whether it needs a tag about vehicles to be open, or why it is not."""
    if is_ferry(tags):
        if not takes_cars(tags, drops):
            return Dropped.FERRY_NOT_FOR_CARS
        return RoadClass.FERRY, True
    if tags.get("area") == "yes":
        return Dropped.ROAD_AREA
    if tags.get("impassable") == "yes" or tags.get("smoothness") == "impassable":
        return Dropped.ROAD_IMPASSABLE
    if may_lack_class and "highway" not in tags:
        return RoadClass.UNKNOWN, False
    return _class_of_highway(listed(tags.get("highway", "")), tags)


def _class_of_highway(values: list[str], tags: Tags) -> tuple[RoadClass, bool] | Dropped:
    for highway in values:
        if highway in _FOR_CARS:
            return _FOR_CARS[highway], False
        if highway in _IF_TAGGED_FOR_VEHICLES:
            needs_tag = (_IF_TAGGED_FOR_VEHICLES[highway], True)
            return needs_tag if _has_vehicle_tag(tags) else Dropped.ROAD_NOT_FOR_CARS
        if highway in _NEVER:
            return Dropped.ROAD_NOT_FOR_CARS
    return Dropped.ROAD_CLASS_UNKNOWN


def _has_vehicle_tag(tags: Tags) -> bool:
    return any(
        key.startswith(("motorcar", "motor_vehicle", "vehicle", "emergency")) for key in tags
    )


def _road(
    road_class: RoadClass, tags: Tags, flow: Flow, access: tuple[Access, Access], drops: Drops
) -> Road:
    flags = _flags(tags, flow, access)
    speeds: list[float | None] = [None, None]
    counted = drops
    for direction, name in enumerate(("forward", "backward")):
        if access[direction] is Access.CLOSED:
            continue
        speed_kmh, from_tag = free_flow_kmh(road_class, tags, name, access[direction], counted)
        if from_tag:
            flags |= RoadFlag.SPEED_FROM_TAG
        speeds[direction] = min(speed_kmh, _FLOW_CAP_KMH.get(flow, speed_kmh))
        # What is not understood counts once, not once per direction.
        counted = Counter()
    return Road(
        road_class=road_class,
        flags=flags,
        layer=_layer(tags, drops),
        forward_kmh=speeds[0],
        backward_kmh=speeds[1],
        crossing_s=crossing_s(tags, drops) if road_class is RoadClass.FERRY else None,
    )


def _flags(tags: Tags, flow: Flow, access: tuple[Access, Access]) -> RoadFlag:
    one_way = (access[0] is Access.CLOSED) != (access[1] is Access.CLOSED)
    facts = (
        (RoadFlag.BRIDGE, says_yes(tags, "bridge")),
        (RoadFlag.TUNNEL, says_yes(tags, "tunnel")),
        (RoadFlag.ROUNDABOUT, is_roundabout(tags)),
        (RoadFlag.TOLL, says_yes(tags, "toll")),
        (RoadFlag.RESTRICTED_ACCESS, Access.RESTRICTED in access),
        (RoadFlag.ONEWAY, one_way),
        (RoadFlag.UNPAVED, is_unpaved(tags)),
        (RoadFlag.REVERSIBLE, flow is Flow.REVERSIBLE),
    )
    flags = RoadFlag(0)
    for flag, holds in facts:
        if holds:
            flags |= flag
    return flags


def _layer(tags: Tags, drops: Drops) -> int:
    value = tags.get("layer")
    if value is None:
        return 0
    if _LAYER.fullmatch(value.strip()) and abs(int(value)) <= HIGHEST_LAYER:
        return int(value)
    drops[Dropped.LAYER_NOT_UNDERSTOOD] += 1
    return 0


def _count_ignored(tags: Tags, flow: Flow, drops: Drops) -> None:
    if flow is Flow.REVERSIBLE:
        drops[Dropped.REVERSIBLE] += 1
    conditions = sum(key in tags for key in _CONDITIONAL_KEYS)
    if conditions:
        drops[Dropped.CONDITIONAL_TAG] += conditions
