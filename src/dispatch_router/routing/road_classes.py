"""What a graph stores of a road beside its class; values never change, as files hold them."""

from __future__ import annotations

from enum import IntEnum, IntFlag

from dispatch_router.domain.road_classes import RoadClass

__all__ = ["EmergencyOnly", "RoadClass", "RoadFlag"]


class RoadFlag(IntFlag):
    """Facts of an edge beside its class."""

    BRIDGE = 1
    TUNNEL = 2
    ROUNDABOUT = 4
    TOLL = 8
    RESTRICTED_ACCESS = 16
    """Private, destination or permit only: a police car may go in, slowly."""
    ONEWAY = 32
    SPEED_FROM_TAG = 64
    """The speed comes from the source, not from the class."""
    UNPAVED = 128
    REVERSIBLE = 256
    """Direction changes with the hour; neither direction is promised, so neither is permitted
    unless the source says which holds."""


class EmergencyOnly(IntEnum):
    """Why a directed edge is open to an emergency drive alone."""

    NO = 0
    """It is not: it is open to every drive, or to none."""
    CONTRAFLOW = 1
    """Against the direction of a one-way street."""
    CLOSED_ACCESS = 2
    """Closed to ordinary vehicles: a pedestrian street, ``access=no``, a bus lane."""
