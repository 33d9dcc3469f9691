"""Paths that more than one module names."""

from __future__ import annotations

from typing import Final

RECOMMENDATIONS: Final = "/v1/recommendations"
HEALTH: Final = "/healthz"
READINESS: Final = "/readyz"
