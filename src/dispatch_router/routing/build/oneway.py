"""In which directions a road may be driven (https://wiki.openstreetmap.org/wiki/Key:oneway)."""

from __future__ import annotations

from enum import Enum

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.tags import Drops, Tags


class Flow(Enum):
    """Directions that traffic takes, along the road as drawn."""

    BOTH = "both"
    FORWARD = "forward"
    BACKWARD = "backward"
    ALTERNATING = "alternating"
    """One lane shared in turns every few minutes: both directions, after a wait."""
    REVERSIBLE = "reversible"
    """The direction changes with the hour, and the source does not say when."""

    @property
    def runs_forward(self) -> bool:
        """Tell whether the direction of drawing may be driven."""
        return self in (Flow.BOTH, Flow.FORWARD, Flow.ALTERNATING)

    @property
    def runs_backward(self) -> bool:
        """Tell whether the direction against the drawing may be driven."""
        return self in (Flow.BOTH, Flow.BACKWARD, Flow.ALTERNATING)


_KEYS = {
    UnitMode.CAR: ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway"),
    UnitMode.MOTORCYCLE: (
        *("oneway:motorcycle", "oneway:motor_vehicle", "oneway:vehicle", "oneway"),
    ),
    UnitMode.FOOT: ("oneway:foot",),
}
_MEANING = {
    **dict.fromkeys(("yes", "true", "1"), Flow.FORWARD),
    **dict.fromkeys(("-1", "reverse"), Flow.BACKWARD),
    **dict.fromkeys(("no", "false", "0"), Flow.BOTH),
    "reversible": Flow.REVERSIBLE,
    "alternating": Flow.ALTERNATING,
}
_ROUNDABOUTS = ("roundabout", "circular")


def traffic_flow(tags: Tags, mode: UnitMode, drops: Drops) -> Flow:
    """Return the directions of a road; motorways and roundabouts are one-way unless they say no.

    Walkers go both ways wherever no tag about walkers says otherwise.
    """
    for key in _KEYS[mode]:
        value = tags.get(key)
        if value is None:
            continue
        flow = _MEANING.get(value.strip().lower())
        if flow is not None:
            return flow
        drops[Dropped.ONEWAY_NOT_UNDERSTOOD] += 1
    if mode is UnitMode.FOOT:
        return Flow.BOTH
    implied = tags.get("junction") in _ROUNDABOUTS or tags.get("highway") == "motorway"
    return Flow.FORWARD if implied else Flow.BOTH


def is_roundabout(tags: Tags) -> bool:
    """Tell whether the road is part of a roundabout."""
    return tags.get("junction") in _ROUNDABOUTS
