"""Paths that more than one module names."""

from __future__ import annotations

from typing import Final

RECOMMENDATIONS: Final = "/v1/recommendations"
HEALTH: Final = "/healthz"
READINESS: Final = "/readyz"
DECISIONS: Final = "/v1/decisions"
METRICS: Final = "/metrics"
CLOSURES: Final = "/v1/closures"
CLOSURES_BATCH: Final = "/v1/closures:batch"
CLOSURES_GEOJSON: Final = "/v1/closures.geojson"
POSITIONS: Final = "/v1/positions"
UNIT_POSITION: Final = "/v1/units/{item_id}/position"
UNIT_STATUS: Final = "/v1/units/{item_id}/status"
BATCHES: Final = frozenset({CLOSURES_BATCH, POSITIONS})
CALENDAR: Final = "/v1/calendar"
LONG_ITEMS: Final = ("/v1/zones/", "/v1/rosters/", CALENDAR)
"""Where a single item may be as long as a batch: an outline of many points, a list of all units."""
INCIDENTS: Final = "/v1/incidents"
ASSIGNMENTS: Final = "/v1/assignments"
ASSIGNMENT_HOSPITALS: Final = "/v1/assignments/{item_id}/hospitals"
EVENTS: Final = "/v1/events"
