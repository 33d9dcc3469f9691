"""From the tags of a way to a road that a police unit can use, or the reason why not."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.access import Access, keys_of, road_access
from dispatch_router.routing.build.emergency_use import NEITHER_WAY, BothWays, emergency_use
from dispatch_router.routing.build.ferries import crossing_s
from dispatch_router.routing.build.oneway import Flow, is_roundabout, traffic_flow
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.road_kinds import road_kind
from dispatch_router.routing.build.speeds import (
    ALTERNATING_KMH,
    free_flow_kmh,
    is_unpaved,
    walking_kmh,
)
from dispatch_router.routing.build.tags import Drops, Tags, says_yes
from dispatch_router.routing.road_classes import RoadClass, RoadFlag

HIGHEST_LAYER = 20

_LAYER = re.compile(r"[+-]?\d{1,2}", re.ASCII)
_FLOW_CAP_KMH = {Flow.ALTERNATING: ALTERNATING_KMH}
_CONDITIONAL_KEYS = {
    UnitMode.FOOT: keys_of(UnitMode.FOOT),
    **{
        mode: (*keys_of(mode), "oneway", "maxspeed") for mode in (UnitMode.CAR, UnitMode.MOTORCYCLE)
    },
}


@dataclass(frozen=True, slots=True)
class Road:
    """What the tags say of one road to one mode.

    Attributes:
        forward_kmh, backward_kmh: light-traffic speed along and against the road as drawn; None
            where that direction must not be taken by an ordinary drive.
        emergency: why only an emergency drive may go along or against the road, if so.
        crossing_s: duration of the whole line, ferries only.
    """

    road_class: RoadClass
    flags: RoadFlag
    layer: int
    forward_kmh: float | None
    backward_kmh: float | None
    emergency: BothWays
    crossing_s: int | None = None


def read_road(
    tags: Tags, drops: Drops, *, mode: UnitMode = UnitMode.CAR, may_lack_class: bool = False
) -> Road | None:
    """Return the road that the tags describe, or None with the reason counted in ``drops``.

    Args:
        tags: of the road.
        drops: what is left out or not understood is counted here.
        mode: who shall travel on it.
        may_lack_class: without any class the road is ``RoadClass.UNKNOWN`` rather than left out.
    """
    kind = road_kind(tags, mode, drops, may_lack_class=may_lack_class)
    if isinstance(kind, Dropped):
        drops[kind] += 1
        return None
    access = _access_both_ways(tags, mode, drops, needs_own_tag=kind.needs_own_tag)
    flow = traffic_flow(tags, mode, drops)
    driven = (
        access[0] if flow.runs_forward else Access.CLOSED,
        access[1] if flow.runs_backward else Access.CLOSED,
    )
    emergency = emergency_use(tags, kind, mode, flow, driven)
    kept = access if flow is Flow.REVERSIBLE else driven
    if max(kept) is Access.CLOSED and emergency == NEITHER_WAY:
        drops[Dropped.ROAD_CLOSED] += 1
        return None
    _count_ignored(tags, mode, flow, drops)
    flags = _flags(tags, flow, driven)
    speeds_kmh, from_tag = _speeds_kmh(kind.road_class, tags, mode, flow, driven, drops)
    return Road(
        road_class=kind.road_class,
        flags=flags | RoadFlag.SPEED_FROM_TAG if from_tag else flags,
        layer=_layer(tags, drops),
        forward_kmh=speeds_kmh[0],
        backward_kmh=speeds_kmh[1],
        emergency=emergency,
        crossing_s=crossing_s(tags, drops) if kind.road_class is RoadClass.FERRY else None,
    )


def _access_both_ways(
    tags: Tags, mode: UnitMode, drops: Drops, *, needs_own_tag: bool
) -> tuple[Access, Access]:
    forward = road_access(tags, mode, "forward", drops, needs_own_tag=needs_own_tag)
    if not any(key.endswith((":forward", ":backward")) for key in tags):
        return forward, forward
    # What is not understood was counted with the other direction already.
    backward = road_access(tags, mode, "backward", Counter(), needs_own_tag=needs_own_tag)
    return forward, backward


def _speeds_kmh(
    road_class: RoadClass,
    tags: Tags,
    mode: UnitMode,
    flow: Flow,
    access: tuple[Access, Access],
    drops: Drops,
) -> tuple[list[float | None], bool]:
    """Return the speed of each direction, and whether a tag gave it."""
    speeds_kmh: list[float | None] = [None, None]
    any_from_tag = False
    counted = drops
    for direction, name in enumerate(("forward", "backward")):
        if access[direction] is Access.CLOSED:
            continue
        if mode is UnitMode.FOOT:
            speeds_kmh[direction] = walking_kmh(road_class)
            continue
        speed_kmh, from_tag = free_flow_kmh(road_class, tags, name, access[direction], counted)
        any_from_tag |= from_tag
        speeds_kmh[direction] = min(speed_kmh, _FLOW_CAP_KMH.get(flow, speed_kmh))
        # What is not understood counts once, not once per direction.
        counted = Counter()
    return speeds_kmh, any_from_tag


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


def _count_ignored(tags: Tags, mode: UnitMode, flow: Flow, drops: Drops) -> None:
    if flow is Flow.REVERSIBLE:
        drops[Dropped.REVERSIBLE] += 1
    conditions = sum(f"{key}:conditional" in tags for key in _CONDITIONAL_KEYS[mode])
    if conditions:
        drops[Dropped.CONDITIONAL_TAG] += conditions
