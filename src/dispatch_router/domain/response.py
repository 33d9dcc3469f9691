"""How a unit responds: which traffic rules bind it on the way."""

from __future__ import annotations

from enum import StrEnum


class Response(StrEnum):
    """Routine keeps every rule; emergency uses article 53 of the Road Traffic Safety Law.

    Article 53: on urgent duty, and where it is safe, police vehicles are not bound by route,
    direction, speed and signals.
    """

    ROUTINE = "routine"
    EMERGENCY = "emergency"
