"""Classes of roads and ways; values never change, as graph files hold them."""

from __future__ import annotations

from enum import IntEnum


class RoadClass(IntEnum):
    """OpenStreetMap's highway classes that a unit can use, by any mode, and ferries."""

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
    FOOTWAY = 19
    PATH = 20
    STEPS = 21
    CYCLEWAY = 22
