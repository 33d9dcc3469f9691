"""Who may drive here: the access tags, read for a police car on an ordinary drive.

The most specific key that says anything understood wins: motorcar, motor_vehicle, vehicle, access
(https://wiki.openstreetmap.org/wiki/Key:access). Whatever is private, for residents or for farmers
is open to a police car, but not a road to hurry along. ``emergency=*`` speaks where the ordinary
keys do not open the road fully.
"""

from __future__ import annotations

from enum import IntEnum

from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.tags import Drops, Tags, listed


class Access(IntEnum):
    """May a police car drive here; the greater the freer."""

    CLOSED = 0
    RESTRICTED = 1
    """Private, for residents, by permit: allowed to the police, driven slowly."""
    OPEN = 2


VEHICLE_KEYS = ("motorcar", "motor_vehicle", "vehicle")
CAR_KEYS = (*VEHICLE_KEYS, "access")

_OPEN = ("yes", "true", "1", "permissive", "designated", "official", "public", "allowed")
_RESTRICTED = (
    *("private", "permit", "permission", "destination", "delivery", "restricted", "residents"),
    *("resident", "customers", "customer", "employees", "staff", "visitors", "students"),
    *("agricultural", "agriculture", "forestry", "farm", "emergency", "police"),
)
_CLOSED = (
    *("no", "false", "0", "none", "military", "impassable", "foot", "bicycle", "moped"),
    *("motorcycle", "bus", "psv", "taxi", "tram", "hgv", "hov", "use_sidepath"),
)
_MEANING = {
    **dict.fromkeys(_OPEN, Access.OPEN),
    **dict.fromkeys(_RESTRICTED, Access.RESTRICTED),
    **dict.fromkeys(_CLOSED, Access.CLOSED),
}
_SAYS_NOTHING = ("unknown", "variable", "fixme")


def car_access(tags: Tags, direction: str, drops: Drops, *, needs_vehicle_tag: bool) -> Access:
    """Tell whether a police car may drive a road in one direction.

    Args:
        tags: of the road.
        direction: ``forward`` or ``backward``, for keys such as ``motor_vehicle:forward``.
        drops: values that are not understood are counted here, and passed over.
        needs_vehicle_tag: the class is not for cars by itself (footways), so that only a tag about
            vehicles opens it; ``access=yes`` does not.
    """
    keys = VEHICLE_KEYS if needs_vehicle_tag else CAR_KEYS
    access = stated_access(tags, keys, direction, drops)
    if access is None:
        access = Access.CLOSED if needs_vehicle_tag else Access.OPEN
    if access is Access.OPEN:
        return access
    return _for_emergencies(tags, direction, drops, otherwise=access)


def stated_access(tags: Tags, keys: tuple[str, ...], direction: str, drops: Drops) -> Access | None:
    """Return what the first key that is understood says, or None."""
    for key in keys:
        for tag in (f"{key}:{direction}", key):
            value = tags.get(tag)
            if value is None:
                continue
            access = _meaning(value)
            if access is not None:
                return access
            if value.strip().lower() not in _SAYS_NOTHING:
                drops[Dropped.ACCESS_NOT_UNDERSTOOD] += 1
    return None


def _for_emergencies(tags: Tags, direction: str, drops: Drops, *, otherwise: Access) -> Access:
    if tags.get("service") == "emergency_access":
        return Access.RESTRICTED
    access = stated_access(tags, ("emergency",), direction, drops)
    if access is None:
        return otherwise
    return min(access, Access.RESTRICTED)


def _meaning(value: str) -> Access | None:
    # Of several values the freest counts: a police car is any of the users meant.
    known = [_MEANING[part] for part in listed(value) if part in _MEANING]
    return max(known) if known else None
