"""The first question that somebody asks the service."""

from __future__ import annotations

import json
import shlex
from typing import Any, Final

from dispatch_router.domain.district import District
from dispatch_router.web.routes_recommendations import PATH

PLACE: Final = "迎新村"
REQUEST: Final[dict[str, Any]] = {
    "location": {"place": PLACE},
    "priority": 1,
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


def first_command(url: str, district: District) -> str:
    """Return the request as a command to paste into a shell."""
    body = json.dumps(first_request(district), ensure_ascii=False)
    return (
        f"curl {shlex.quote(url + PATH)} \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d {shlex.quote(body)}"
    )
