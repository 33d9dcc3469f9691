"""What somebody sends to the desk first, for the API page."""

from __future__ import annotations

from typing import Any, Final

from fastapi.openapi.models import Example

from dispatch_router.web.example import PLACE

INCIDENT: Final[dict[str, Any]] = {
    "location": {"place": PLACE},
    "type": "纠纷",
    "priority": 2,
    "external_id": "110-2025-0602-0017",
}
INCIDENT_EXAMPLES: Final[dict[str, Example]] = {
    "village": {"summary": "A dispute in a village", "value": INCIDENT},
}
CORRECTION_EXAMPLES: Final[dict[str, Example]] = {
    "urgent": {"summary": "It is more urgent than it seemed", "value": {"priority": 1}},
}
RESERVATION_EXAMPLES: Final[dict[str, Example]] = {
    "picked": {
        "summary": "Another unit than the first",
        "value": {"unit_id": "station-community", "override_reason": "熟悉当事人"},
    },
}
MOVE_EXAMPLES: Final[dict[str, Example]] = {
    "arrived": {"summary": "The unit is on the scene", "value": {"status": "on_scene"}},
    "transporting": {
        "summary": "Somebody is taken to a hospital",
        "value": {"status": "transporting", "hospital_id": "park-hospital"},
    },
}
