"""Which barriers on a road stop whom (https://wiki.openstreetmap.org/wiki/Key:barrier)."""

from __future__ import annotations

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.access import OWN_KEYS, Access, keys_of, stated_access
from dispatch_router.routing.build.tags import Drops, Tags

_PASSED_BY_CARS = frozenset(
    {
        *("gate", "lift_gate", "swing_gate", "sliding_gate", "sliding_beam", "hampshire_gate"),
        *("sally_port", "entrance", "toll_booth", "toll_gantry", "border_control", "checkpoint"),
        *("cattle_grid", "height_restrictor", "width_restrictor", "kerb", "coupure", "no"),
        "rising_bollard",
    }
)
# What leaves a gap of a metre or so.
_PASSED_BY_MOTORCYCLES = _PASSED_BY_CARS | {
    "bollard",
    "block",
    "planter",
    "bus_trap",
    "sump_buster",
}


def stops(tags: Tags, mode: UnitMode, drops: Drops) -> bool:
    """Tell whether a node's barrier stops a police unit.

    A tag about the mode decides. Without one, a driver can pass gates, booths and the like unless
    ``access`` closes them, a motorcycle bollards too, and nothing else (walls, barriers not known).
    A walker is stopped by nothing but tags.
    """
    barrier = tags.get("barrier")
    if barrier is None:
        return False
    for_emergencies = stated_access(tags, mode, ("emergency",), "forward", drops)
    for_mode = stated_access(tags, mode, OWN_KEYS[mode], "forward", drops)
    stated = max((a for a in (for_emergencies, for_mode) if a is not None), default=None)
    if stated is not None:
        return stated is Access.CLOSED
    if not _is_passable(barrier.strip().lower(), tags, mode):
        return True
    return stated_access(tags, mode, keys_of(mode), "forward", drops) is Access.CLOSED


def _is_passable(kind: str, tags: Tags, mode: UnitMode) -> bool:
    if mode is UnitMode.FOOT:
        return True
    if kind == "bollard" and tags.get("bollard") == "rising":
        kind = "rising_bollard"
    return kind in (_PASSED_BY_CARS if mode is UnitMode.CAR else _PASSED_BY_MOTORCYCLES)
