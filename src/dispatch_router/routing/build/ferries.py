"""Ferries (https://wiki.openstreetmap.org/wiki/Tag:route=ferry)."""

from __future__ import annotations

import re

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.access import OWN_KEYS, Access, keys_of, stated_access
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.tags import Drops, Tags

LONGEST_CROSSING_S = 48 * 3600

_CLOCK = re.compile(r"(\d{1,3}):([0-5]?\d)(?::([0-5]?\d))?", re.ASCII)
_MINUTES = re.compile(r"\d{1,4}", re.ASCII)
_ISO = re.compile(r"P(?:(\d{1,2})D)?T?(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?", re.ASCII)


def is_ferry(tags: Tags) -> bool:
    """Tell whether the way is a ferry line."""
    return tags.get("route") == "ferry" and "highway" not in tags


def comes_aboard(tags: Tags, mode: UnitMode, drops: Drops) -> bool:
    """Tell whether a unit can take the ferry.

    A vehicle can where a tag about vehicles says so; a walker unless a tag forbids it.
    """
    if mode is UnitMode.FOOT:
        return stated_access(tags, mode, keys_of(mode), "forward", drops) is not Access.CLOSED
    access = stated_access(tags, mode, OWN_KEYS[mode], "forward", drops)
    return access is not None and access is not Access.CLOSED


def crossing_s(tags: Tags, drops: Drops) -> int | None:
    """Return the tagged duration of the whole line in seconds, None without a usable one."""
    value = tags.get("duration")
    if value is None:
        return None
    seconds = parse_duration_s(value)
    if seconds is None:
        drops[Dropped.DURATION_NOT_UNDERSTOOD] += 1
    return seconds


def parse_duration_s(value: str) -> int | None:
    """Read ``20`` (minutes), ``00:20``, ``00:20:00`` or ``PT20M``; None for anything else."""
    text = value.strip().upper()
    if _MINUTES.fullmatch(text):
        return _bounded(60 * int(text))
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return _bounded(3600 * hours + 60 * minutes + seconds)
    if iso := _ISO.fullmatch(text):
        days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return _bounded(86400 * days + 3600 * hours + 60 * minutes + seconds)
    return None


def _bounded(seconds: int) -> int | None:
    return seconds if 0 < seconds <= LONGEST_CROSSING_S else None
