"""Reports of many positions read in one go, where nothing about them is out of the ordinary.

Thousands come every second, and nearly all are alike. Whatever is not as it mostly is, be it right
or wrong, is left to the schema, which also says what is wrong with it: so what is read here is
exactly what the schema would have read, in a fraction of the time.
"""

from __future__ import annotations

import re
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

import orjson

from dispatch_router.application.live_positions import UnitFix
from dispatch_router.domain.positions import Fix
from dispatch_router.web.schemas.unit_requests import MAX_REPORTS, MAX_UNIT_ID_CHARACTERS

_MEMBERS: Final = ("unit_id", "lon", "lat", "at")
_QUOTATION_MARKS: Final = 2 * (len(_MEMBERS) + len(("unit_id", "at")))
"""Of one report: around the name of each member, and around what those two say."""
# As nearly all devices write it; the schema knows the rest of RFC 3339.
_TIME: Final = re.compile(
    r"[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII
)


def quick_reports(body: bytes, *, are_lines: bool) -> list[UnitFix] | None:
    """Read positions in WGS-84 with their times; None where the schema has to look at the body.

    Args:
        body: a JSON array, or one report a line.
        are_lines: which of the two.
    """
    # Without escapes, quotation marks stand around strings alone.
    if b"\\" in body:
        return None
    try:
        values = _lines(body) if are_lines else orjson.loads(body)
        return _fixes(values, body.count(b'"'))
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _lines(body: bytes) -> list[Any]:
    # Each by itself: a line with two values would else be taken for two lines.
    return [orjson.loads(line) for line in body.split(b"\n") if line.strip()]


def _fixes(values: Any, quotation_marks: int) -> list[UnitFix] | None:
    """Read column by column; raises one of several errors where a report is not as most are."""
    if type(values) is not list or not 0 < len(values) <= MAX_REPORTS:
        return None
    if set(map(type, values)) != {dict} or set(map(len, values)) != {len(_MEMBERS)}:
        return None
    # More strings than are left: some member stood there twice.
    if quotation_marks != _QUOTATION_MARKS * len(values):
        return None
    ids, lons, lats, times = zip(*map(itemgetter(*_MEMBERS), values), strict=True)
    if set(map(type, ids)) != {str} or {*map(type, lons), *map(type, lats)} != {float}:
        return None
    if min(lons) < -180 or max(lons) > 180 or min(lats) < -90 or max(lats) > 90:
        return None
    lengths = set(map(len, ids))
    if min(lengths) < 1 or max(lengths) > MAX_UNIT_ID_CHARACTERS:
        return None
    # Reports that are sent together were often measured together.
    at_ms = {time: _milliseconds(time) for time in set(times)}
    fixes = map(Fix, lons, lats, map(at_ms.__getitem__, times))
    return list(map(UnitFix, ids, fixes))


def _milliseconds(time: str) -> int:
    if _TIME.fullmatch(time) is None:
        raise ValueError(time)
    return round(1000.0 * datetime.fromisoformat(time).timestamp())
