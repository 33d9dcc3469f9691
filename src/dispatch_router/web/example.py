"""The first question that somebody asks the service."""

from __future__ import annotations

import json
import shlex
from typing import Any, Final

from fastapi.openapi.models import Example

from dispatch_router.domain.district import District
from dispatch_router.web.paths import RECOMMENDATIONS

PLACE: Final = "迎新村"
REQUEST: Final[dict[str, Any]] = {
    "location": {"place": PLACE},
    "priority": 1,
}

OPENAPI_EXAMPLES: Final[dict[str, Example]] = {
    "village": {"summary": "A village by its name", "value": REQUEST},
    "map": {
        "summary": "A point picked on a GCJ-02 map, with the routes of the best three",
        "value": {
            "location": {"lon": 106.27211, "lat": 29.37495, "crs": "gcj02"},
            "uncertainty_m": 30,
            "top": 3,
            "route": True,
        },
    },
}

_CLOSED_ROAD: Final[dict[str, Any]] = {"road": "迎新路", "reason": "塌方"}
CLOSURE_EXAMPLES: Final[dict[str, Example]] = {
    "road": {"summary": "A road by its name, until it is lifted", "value": _CLOSED_ROAD},
    "area": {
        "summary": "All roads in an area slowed to a third",
        "value": {
            "area": {
                "type": "Polygon",
                "coordinates": [
                    [[106.26, 29.37], [106.28, 29.37], [106.28, 29.39], [106.26, 29.37]]
                ],
            },
            "speed_factor": 0.33,
            "reason": "集市",
        },
    },
    "line": {
        "summary": "One direction of the road along a line",
        "value": {
            "line": {"type": "LineString", "coordinates": [[106.30, 29.30], [106.32, 29.30]]},
            "within_m": 20,
            "along_line": True,
            "reason": "施工",
        },
    },
}
CLOSURE_BATCH_EXAMPLES: Final[dict[str, Example]] = {
    "one": {"summary": "A list of closures", "value": {"closures": [_CLOSED_ROAD]}},
}


def first_request(district: District) -> dict[str, Any]:
    """Return a request that this district can answer: the example's place if it has it."""
    names = [place.name.zh for place in district.places]
    if PLACE in names:
        return REQUEST
    if names:
        return {**REQUEST, "location": {"place": names[0]}}
    position = district.posts[0].position
    return {**REQUEST, "location": {"lon": position.lon, "lat": position.lat}}


def first_command(url: str, district: District, *, with_key: bool = False) -> str:
    """Return the request as a command to paste into a shell.

    Args:
        url: of the service.
        district: which is asked.
        with_key: the service asks who it is; the shell's variable KEY has the answer.
    """
    who = '  -H "Authorization: Bearer $KEY" \\\n' if with_key else ""
    body = json.dumps(first_request(district), ensure_ascii=False)
    return (
        f"curl {shlex.quote(url + RECOMMENDATIONS)} \\\n"
        f"{who}  -H 'Content-Type: application/json' \\\n"
        f"  -d {shlex.quote(body)}"
    )


POSITION_EXAMPLES: Final[dict[str, Example]] = {
    "now": {"summary": "Where the unit is now", "value": {"lon": 106.3212, "lat": 29.2942}},
}
POSITIONS_EXAMPLES: Final[dict[str, Example]] = {
    "two": {
        "summary": "Two patrols",
        "value": [
            {"unit_id": "patrol-town", "lon": 106.3212, "lat": 29.2942},
            {"unit_id": "patrol-baipeng", "lon": 106.3465, "lat": 29.3241, "crs": "gcj02"},
        ],
    },
}
STATUS_EXAMPLES: Final[dict[str, Example]] = {
    "broken": {
        "summary": "A car has broken down",
        "value": {"status": "out_of_service", "note": "爆胎"},
    },
    "back": {"summary": "Back in service", "value": {"status": "in_service"}},
}
