"""What an emergency drive could take that ordinary drives may not: physically, not by law.

Article 53 of the Road Traffic Safety Law frees police vehicles on urgent duty from rules of route
and direction. Whether that is worth its risk is priced by the policy; here it is only said where it
is thinkable at all.
"""

from __future__ import annotations

from collections import Counter
from typing import TypeAlias

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.access import Access, keys_of, stated_access
from dispatch_router.routing.build.oneway import Flow, is_roundabout
from dispatch_router.routing.build.road_kinds import RoadKind
from dispatch_router.routing.build.tags import Tags, listed
from dispatch_router.routing.road_classes import EmergencyOnly, RoadClass

BothWays: TypeAlias = tuple[EmergencyOnly, EmergencyOnly]
"""Along the road as drawn, and against it."""

NEITHER_WAY: BothWays = (EmergencyOnly.NO, EmergencyOnly.NO)
_NEVER_AGAINST = (RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK)
_SHUT_TO_POLICE = ("military", "impassable")


def emergency_use(
    tags: Tags, kind: RoadKind, mode: UnitMode, flow: Flow, driven: tuple[Access, Access]
) -> BothWays:
    """Tell for both directions of a road whether only an emergency drive may take it, and why.

    Against a one-way street: unless it is a motorway, a motorway's link or a roundabout. Into what
    is closed to ordinary vehicles: unless it is too narrow, or closed to the police too. Never
    where the direction changes with the hour: nobody knows what comes towards one.

    Args:
        tags: of the road.
        kind: what it is to the mode.
        mode: on foot, nothing is closed by a rule about traffic.
        flow: the directions that traffic takes.
        driven: what an ordinary drive may do along and against the road.
    """
    shut = mode is UnitMode.FOOT or flow is Flow.REVERSIBLE or kind.road_class is RoadClass.FERRY
    if shut or not kind.is_wide_enough or _keeps_police_out(tags, mode):
        return NEITHER_WAY
    never_against = kind.road_class in _NEVER_AGAINST or is_roundabout(tags)
    against = EmergencyOnly.NO if never_against else EmergencyOnly.CONTRAFLOW
    into_closed = EmergencyOnly.CLOSED_ACCESS
    forward_open, backward_open = (access is not Access.CLOSED for access in driven)
    return (
        _one_way(forward_open, against if backward_open or not flow.runs_forward else into_closed),
        _one_way(backward_open, against if forward_open or not flow.runs_backward else into_closed),
    )


def _one_way(is_open: bool, otherwise: EmergencyOnly) -> EmergencyOnly:  # noqa: FBT001
    return EmergencyOnly.NO if is_open else otherwise


def _keeps_police_out(tags: Tags, mode: UnitMode) -> bool:
    # What is not understood was counted when the access was read.
    uncounted: Counter[str] = Counter()
    if stated_access(tags, mode, ("emergency",), "forward", uncounted) is Access.CLOSED:
        return True
    return any(
        value in _SHUT_TO_POLICE for key in keys_of(mode) for value in listed(tags.get(key, ""))
    )
