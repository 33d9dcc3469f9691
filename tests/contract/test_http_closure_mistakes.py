"""What is wrong with a closure is named, with what to do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.test_http_closures import AREA, LINE, OUTLINE, ROAD
from tests.web import Client, problem

BOW_TIE = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
MISTAKES = [
    ({"reason": "x"}, "", "give one of area, line and road"),
    ({**ROAD, **LINE}, "", "give one of area, line and road"),
    ({"road": "直路"}, "reason", "this member is required"),
    ({**ROAD, "crs": "wgs84"}, "crs", "there is no such member; remove it"),
    ({**ROAD, "road": " "}, "road", "must be printed text, without control characters"),
    ({**ROAD, "road": "x" * 101}, "road", "must have 100 characters or fewer"),
    ({**ROAD, "reason": "a\nb"}, "reason", "must be printed text, without control characters"),
    ({**ROAD, "speed_factor": 1}, "speed_factor", "must be less than 1.0"),
    ({**ROAD, "speed_factor": -0.1}, "speed_factor", "must be 0.0 or more"),
    ({**ROAD, "heading_deg": 360}, "heading_deg", "must be less than 360.0"),
    ({**ROAD, "modes": []}, "modes", "must have 1 items or more"),
    ({**ROAD, "modes": ["car", "car"]}, "modes", "names one thing twice"),
    ({**ROAD, "modes": ["tram"]}, "modes.0", "must be 'car', 'motorcycle' or 'foot'"),
    ({**ROAD, "from": "2025-06-02T12:00:00"}, "from",
     "must be a time as in 2025-06-02T08:00:00+08:00, with its offset"),
    ({**ROAD, "from": 1748836800}, "from",
     "must be a time as in 2025-06-02T08:00:00+08:00, with its offset"),
    ({**ROAD, "until": "2025-02-30T12:00:00Z"}, "until",
     "must be a time as in 2025-06-02T08:00:00+08:00, with its offset"),
    ({**ROAD, "from": "2026-07-02T12:00:00Z"}, "from", "this is more than 366 days ahead"),
    ({**ROAD, "until": "2025-06-02T04:00:00Z"}, "until",
     "the closure would be over before it begins, or is over already"),
    ({**ROAD, "from": "2025-07-02T04:00:00Z", "until": "2025-07-02T04:00:00Z"}, "until",
     "the closure would be over before it begins, or is over already"),
    ({**ROAD, "until": "2027-06-02T04:00:00Z"}, "until",
     "a closure lasts 366 days at most; leave this out to close a road until the closure is "
     "lifted"),
    ({**LINE, "within_m": 0.5}, "within_m", "must be 1.0 or more"),
    ({**LINE, "line": {"type": "LineString", "coordinates": [[1, 2]]}}, "line.coordinates",
     "must have 2 items or more"),
    ({**LINE, "line": {"type": "LineString", "coordinates": [[1, 2], [1, 2]]}},
     "line.coordinates", "the line has no length"),
    ({**LINE, "line": {"type": "LineString", "coordinates": [[106, 29], [106, 31]]}},
     "line.coordinates", "the line is longer than 200 km"),
    ({**LINE, "line": {"type": "LineString", "coordinates": [[1, 2], [3, 4, 5]]}},
     "line.coordinates.1", "must have 2 items or fewer"),
    ({**LINE, "line": {"type": "LineString", "coordinates": [[29, 106], [29, 107]]}},
     "line.coordinates.0", "a position is [lon, lat], and lat is between -90 and 90"),
    ({**AREA, "area": {"type": "MultiPolygon", "coordinates": [OUTLINE]}}, "area.type",
     "must be 'Polygon'"),
    ({**AREA, "area": {"type": "Polygon", "coordinates": [OUTLINE, OUTLINE]}},
     "area.coordinates", "must have 1 items or fewer"),
    ({**AREA, "area": {"type": "Polygon", "coordinates": [OUTLINE[:-1]]}},
     "area.coordinates.0", "must have 4 items or more"),
    ({**AREA, "area": {"type": "Polygon", "coordinates": [[*OUTLINE[:-1], [1, 2]]]}},
     "area.coordinates", "the outline is not closed: repeat its first position at the end"),
    ({**AREA, "area": {"type": "Polygon", "coordinates": [BOW_TIE]}},
     "area.coordinates", "the outline crosses or touches itself, or encloses nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "path", "message"), MISTAKES)
def test_a_mistake_is_named_with_what_to_do(body: dict[str, Any], path: str, message: str) -> None:
    errors = problem(Client().post("/v1/closures", json=body), 422, "invalid_request")["errors"]
    assert (errors[0]["path"], errors[0]["message"]) == (path, message)
    assert errors[0]["message_zh"] != errors[0]["message"]
