"""Road classes and flags as the graph stores them; values never change, as files hold them."""

from __future__ import annotations

from enum import IntEnum, IntFlag


class RoadClass(IntEnum):
    """OpenStreetMap's highway classes that a car can use, and ferries."""

    UNKNOWN = 0
    MOTORWAY = 1
    MOTORWAY_LINK = 2
    TRUNK = 3
    TRUNK_LINK = 4
    PRIMARY = 5
    PRIMARY_LINK = 6
    SECONDARY = 7
    SECONDARY_LINK = 8
    TERTIARY = 9
    TERTIARY_LINK = 10
    UNCLASSIFIED = 11
    RESIDENTIAL = 12
    LIVING_STREET = 13
    SERVICE = 14
    TRACK = 15
    ROAD = 16
    FERRY = 17
    PEDESTRIAN = 18


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
