"""Who may travel here: the access tags, read for a police unit on an ordinary drive.

The most specific key that says anything understood wins, such as motorcar, motor_vehicle, vehicle,
access for cars (https://wiki.openstreetmap.org/wiki/Key:access). Whatever is private, for residents
or for farmers is open to the police, but not a road to hurry along. ``emergency=*`` speaks where
the ordinary keys do not open the road fully.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.tags import Drops, Tags, listed


class Access(IntEnum):
    """May a police unit travel here; the greater the freer."""

    CLOSED = 0
    RESTRICTED = 1
    """Private, for residents, by permit: allowed to the police, driven slowly."""
    OPEN = 2


OWN_KEYS: Mapping[UnitMode, tuple[str, ...]] = {
    UnitMode.CAR: ("motorcar", "motor_vehicle", "vehicle"),
    UnitMode.MOTORCYCLE: ("motorcycle", "motor_vehicle", "vehicle"),
    UnitMode.FOOT: ("foot",),
}
"""Keys about a mode, the most specific first; ``access`` is about everybody."""

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
_OWN_VALUE = {UnitMode.CAR: (), UnitMode.MOTORCYCLE: ("motorcycle",), UnitMode.FOOT: ("foot",)}
_MEANING = {
    mode: {
        **dict.fromkeys(_OPEN, Access.OPEN),
        **dict.fromkeys(_RESTRICTED, Access.RESTRICTED),
        **dict.fromkeys(_CLOSED, Access.CLOSED),
        **dict.fromkeys(own, Access.OPEN),
    }
    for mode, own in _OWN_VALUE.items()
}
_SAYS_NOTHING = ("unknown", "variable", "fixme")


def keys_of(mode: UnitMode) -> tuple[str, ...]:
    """Return every key that says whether a mode may travel somewhere, the most specific first."""
    return (*OWN_KEYS[mode], "access")


def road_access(
    tags: Tags, mode: UnitMode, direction: str, drops: Drops, *, needs_own_tag: bool
) -> Access:
    """Tell whether a police unit may travel on a road in one direction.

    Args:
        tags: of the road.
        mode: how the unit travels.
        direction: ``forward`` or ``backward``, for keys such as ``motor_vehicle:forward``.
        drops: values that are not understood are counted here, and passed over.
        needs_own_tag: the class is not for this mode by itself (footways for cars), so that only a
            tag about the mode opens it; ``access=yes`` does not.
    """
    keys = OWN_KEYS[mode] if needs_own_tag else keys_of(mode)
    access = stated_access(tags, mode, keys, direction, drops)
    if access is None:
        access = Access.CLOSED if needs_own_tag else Access.OPEN
    if access is Access.OPEN:
        return access
    return _for_emergencies(tags, mode, direction, drops, otherwise=access)


def stated_access(
    tags: Tags, mode: UnitMode, keys: tuple[str, ...], direction: str, drops: Drops
) -> Access | None:
    """Return what the first key that is understood says, or None."""
    for key in keys:
        for tag in (f"{key}:{direction}", key):
            value = tags.get(tag)
            if value is None:
                continue
            access = _meaning(value, mode)
            if access is not None:
                return access
            if value.strip().lower() not in _SAYS_NOTHING:
                drops[Dropped.ACCESS_NOT_UNDERSTOOD] += 1
    return None


def _for_emergencies(
    tags: Tags, mode: UnitMode, direction: str, drops: Drops, *, otherwise: Access
) -> Access:
    if tags.get("service") == "emergency_access":
        return Access.RESTRICTED
    access = stated_access(tags, mode, ("emergency",), direction, drops)
    if access is None:
        return otherwise
    return min(access, Access.RESTRICTED)


def _meaning(value: str, mode: UnitMode) -> Access | None:
    # Of several values the freest counts: a police unit is any of the users meant.
    meaning = _MEANING[mode]
    known = [meaning[part] for part in listed(value) if part in meaning]
    return max(known) if known else None
