"""Which barriers on a road stop a car (https://wiki.openstreetmap.org/wiki/Key:barrier)."""

from __future__ import annotations

from dispatch_router.routing.build.access import CAR_KEYS, VEHICLE_KEYS, Access, stated_access
from dispatch_router.routing.build.tags import Drops, Tags

_PASSABLE = frozenset(
    {
        *("gate", "lift_gate", "swing_gate", "sliding_gate", "sliding_beam", "hampshire_gate"),
        *("sally_port", "entrance", "toll_booth", "toll_gantry", "border_control", "checkpoint"),
        *("cattle_grid", "height_restrictor", "width_restrictor", "kerb", "coupure", "no"),
        "rising_bollard",
    }
)


def stops_cars(tags: Tags, drops: Drops) -> bool:
    """Tell whether a node's barrier stops a police car.

    A tag about vehicles decides. Without one, gates, booths and the like can be passed unless
    ``access`` closes them, and everything else (bollards, blocks, walls, barriers not known)
    cannot be.
    """
    barrier = tags.get("barrier")
    if barrier is None:
        return False
    for_emergencies = stated_access(tags, ("emergency",), "forward", drops)
    for_vehicles = stated_access(tags, VEHICLE_KEYS, "forward", drops)
    stated = max((a for a in (for_emergencies, for_vehicles) if a is not None), default=None)
    if stated is not None:
        return stated is Access.CLOSED
    kind = barrier.strip().lower()
    if kind == "bollard" and tags.get("bollard") == "rising":
        kind = "rising_bollard"
    if kind not in _PASSABLE:
        return True
    return stated_access(tags, CAR_KEYS, "forward", drops) is Access.CLOSED
