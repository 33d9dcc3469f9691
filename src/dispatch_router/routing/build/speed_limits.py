"""Speed limits as tagged (https://wiki.openstreetmap.org/wiki/Key:maxspeed)."""

from __future__ import annotations

import re
import unicodedata

from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.tags import Drops, Tags, listed

KM_PER_MILE = 1.609344
KM_PER_NAUTICAL_MILE = 1.852

SLOWEST_LIMIT_KMH = 3.0
FASTEST_LIMIT_KMH = 150.0
"""Tagged limits outside these bounds are typing errors."""

WALKING_PACE_KMH = 6.0
NO_LIMIT_KMH = 130.0
"""Where ``maxspeed=none``: the speed recommended where that exists (German autobahn)."""

_NUMBER = re.compile(r"(\d{1,4}(?:\.\d{1,3})?) ?(km/h|kmh|kph|kmph|mph|knots|kn)?", re.ASCII)
_ZONE = re.compile(r"([a-z]{2})(?:-[a-z]{1,3})?:(?:zone:?)?([a-z_]+|\d{1,3})", re.ASCII)
_UNIT_KMH = {"mph": KM_PER_MILE, "knots": KM_PER_NAUTICAL_MILE, "kn": KM_PER_NAUTICAL_MILE}
_WORDS = {"walk": WALKING_PACE_KMH, "none": NO_LIMIT_KMH, "nolimit": NO_LIMIT_KMH}
_CHANGING = ("signals", "variable", "implicit", "unposted", "unknown", "sign", "markings")

# China: Implementing regulations of the Road Traffic Safety Law, articles 45 and 78. Others: the
# national defaults that the wiki lists. Countries not named here use the row of "".
_ZONE_KMH: dict[tuple[str, str], float] = {
    ("", "living_street"): 20.0,
    ("", "walk"): WALKING_PACE_KMH,
    ("", "urban"): 50.0,
    ("", "rural"): 80.0,
    ("", "trunk"): 100.0,
    ("", "expressway"): 100.0,
    ("", "motorway"): 120.0,
    ("cn", "rural"): 70.0,
    ("de", "living_street"): WALKING_PACE_KMH,
    ("de", "rural"): 100.0,
    ("de", "motorway"): NO_LIMIT_KMH,
    ("at", "living_street"): WALKING_PACE_KMH,
    ("at", "rural"): 100.0,
    ("at", "motorway"): 130.0,
    ("fr", "motorway"): 130.0,
    ("it", "rural"): 90.0,
    ("it", "motorway"): 130.0,
    ("pt", "rural"): 90.0,
    ("gb", "urban"): 30 * KM_PER_MILE,
    ("gb", "rural"): 60 * KM_PER_MILE,
    ("gb", "motorway"): 70 * KM_PER_MILE,
}
_ZONE_KEYS = ("maxspeed:type", "source:maxspeed", "zone:maxspeed")


def speed_limit_kmh(tags: Tags, direction: str, drops: Drops) -> float | None:
    """Return the limit in one direction, or None where the tags promise none.

    Args:
        tags: of the road.
        direction: ``forward`` or ``backward``.
        drops: limits that are not understood are counted here, and passed over.
    """
    for key in (f"maxspeed:{direction}", "maxspeed"):
        value = tags.get(key)
        if value is None:
            continue
        limit_kmh = parse_limit_kmh(value)
        if limit_kmh is not None:
            return limit_kmh
        if not all(part in _CHANGING for part in listed(value)):
            drops[Dropped.SPEED_NOT_UNDERSTOOD] += 1
    for key in _ZONE_KEYS:
        if key in tags and (limit_kmh := _zone_kmh(tags[key].strip().lower())) is not None:
            return limit_kmh
    return None


def parse_limit_kmh(value: str) -> float | None:
    """Return the limit that a ``maxspeed`` value states; of several, the lowest.

    ``50``, ``50 km/h``, ``30 mph``, ``5 knots``, ``CN:urban``, ``DE:zone:30``, ``walk``, ``none``
    and lists of these are understood. None for anything else, also for limits out of bounds.
    """
    text = unicodedata.normalize("NFKC", value[:200]).replace("|", ";")
    limits = [_one_limit_kmh(part) for part in listed(text)]
    return min((limit for limit in limits if limit is not None), default=None)


def _one_limit_kmh(text: str) -> float | None:
    if text in _WORDS:
        return _WORDS[text]
    number = _NUMBER.fullmatch(text)
    if number is None:
        return _zone_kmh(text)
    limit_kmh = float(number[1]) * _UNIT_KMH.get(number[2], 1.0)
    return limit_kmh if SLOWEST_LIMIT_KMH <= limit_kmh <= FASTEST_LIMIT_KMH else None


def _zone_kmh(text: str) -> float | None:
    zone = _ZONE.fullmatch(text)
    if zone is None:
        return None
    country, kind = zone[1], zone[2]
    if kind.isdigit():
        return _one_limit_kmh(kind)
    return _ZONE_KMH.get((country, kind), _ZONE_KMH.get(("", kind)))
