"""Paths that more than one module names."""

from __future__ import annotations

from typing import Final

RECOMMENDATIONS: Final = "/v1/recommendations"
HEALTH: Final = "/healthz"
READINESS: Final = "/readyz"
CLOSURES: Final = "/v1/closures"
CLOSURES_BATCH: Final = "/v1/closures:batch"
CLOSURES_GEOJSON: Final = "/v1/closures.geojson"
INCIDENTS: Final = "/v1/incidents"
ASSIGNMENTS: Final = "/v1/assignments"
EVENTS: Final = "/v1/events"
BATCHES: Final = frozenset({CLOSURES_BATCH})
