"""Changes of the bundled district, for the API page."""

from __future__ import annotations

from typing import Any, Final

from fastapi.openapi.models import Example

_PARK_NAME: Final = {"zh": "西彭工业园区警务站", "en": "Xipeng Industrial Park Zone Post"}


def _examples(name: str, summary: str, value: dict[str, Any]) -> dict[str, Example]:
    return {name: {"summary": summary, "value": value}}


POST_EXAMPLES: Final = _examples(
    "moved",
    "A zone post that has moved",
    {
        "name": _PARK_NAME,
        "kind": "zone_post",
        "station_id": "xipeng-station",
        "position": {"lon": 106.2983, "lat": 29.3571},
        "approximate": False,
        "functions": ["call_response", "traffic"],
    },
)
UNIT_EXAMPLES: Final = _examples(
    "crew",
    "A second crew of a zone post",
    {
        "name": {"zh": "园区警务站二组", "en": "Park Zone Post Crew 2"},
        "post_id": "park-post",
        "mode": "motorcycle",
        "familiar_zone_ids": ["zone-park"],
    },
)
ZONE_EXAMPLES: Final = _examples(
    "outline",
    "A zone beside the others",
    {
        "name": {"zh": "东片警务区", "en": "Eastern Zone"},
        "post_id": "park-post",
        "station_id": "xipeng-station",
        "geometry": {
            "type": "Polygon",
            "coordinates": [
                [
                    [106.47, 29.27],
                    [106.48, 29.27],
                    [106.48, 29.28],
                    [106.47, 29.28],
                    [106.47, 29.27],
                ]
            ],
        },
    },
)
HOSPITAL_EXAMPLES: Final = _examples(
    "emergency",
    "A hospital with an emergency department",
    {
        "name": {"zh": "城东医院（虚构）", "en": "Eastern Hospital (made up)"},
        "position": {"lon": 106.3181, "lat": 29.3012},
        "approximate": True,
        "takes": ["emergency_24h", "trauma"],
    },
)
ROSTER_EXAMPLES: Final = _examples(
    "visits",
    "Everyone of a post on workdays, visiting homes on Tuesdays",
    {
        "name": {"zh": "园区工作日", "en": "The park on workdays"},
        "post_ids": ["park-post"],
        "duty": [{"days": ["workday"], "start": "08:30", "end": "18:00"}],
        "away": [{"days": ["workday", "tue"], "start": "14:30", "end": "16:30"}],
    },
)
CALENDAR_EXAMPLES: Final = _examples(
    "national-day",
    "National Day, and a workday that makes up for it",
    {
        "items": [
            {
                "first": "2026-10-01",
                "last": "2026-10-07",
                "kind": "rest_day",
                "name": {"zh": "国庆节", "en": "National Day"},
            },
            {
                "first": "2026-10-10",
                "kind": "workday",
                "name": {"zh": "国庆节调休", "en": "Made up for National Day"},
            },
        ]
    },
)
