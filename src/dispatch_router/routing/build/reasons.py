"""Why something of the source is not in the graph, in the words that the summary shows."""

from __future__ import annotations

from enum import StrEnum


class Dropped(StrEnum):
    """What was left out and why; the part before the colon groups the summary."""

    ROAD_NOT_FOR_MODE = "road: a class for others"
    ROAD_CLASS_UNKNOWN = "road: class not known"
    ROAD_AREA = "road: an area, not a line"
    ROAD_CLOSED = "road: closed by its access tags"
    ROAD_IMPASSABLE = "road: tagged impassable"
    ROAD_TOO_SHORT = "road: fewer than two different nodes"
    ROAD_REPEATED = "road: an id that was read before"
    ROAD_DELETED = "road: deleted in the source"
    ROAD_OUTSIDE = "road: all its nodes are outside the extract"
    FERRY_NOT_FOR_MODE = "ferry: not stated to take such vehicles"

    PART_CUT_OFF = "road part: a lone node left where the extract cuts the road"
    ROAD_CUT = "cut: roads that leave the extract, kept as far as they reach"
    BARRIER = "cut: barriers that cannot be passed"
    REVERSIBLE = "closed: roads whose direction changes with the hour (kept, not driven)"
    NODE_WITHOUT_ROAD = "node: no road kept there"

    RESTRICTION_CONDITIONAL = "turn restriction: holds at some hours or for some vehicles only"
    RESTRICTION_NOT_FOR_MODE = "turn restriction: for other vehicles"
    RESTRICTION_EXCEPTED = "turn restriction: excepts such vehicles or those of emergency services"
    RESTRICTION_KIND = "turn restriction: kind not known"
    RESTRICTION_MALFORMED = "turn restriction: members missing or of the wrong kind"
    RESTRICTION_OUTSIDE = "turn restriction: a member is not in the extract"
    RESTRICTION_NOT_ON_ROADS = "turn restriction: a member is not a road that is kept"
    RESTRICTION_DISJOINT = "turn restriction: its members do not meet"
    RESTRICTION_AMBIGUOUS = "turn restriction: more than one way to read it"
    RESTRICTION_MOOT = "turn restriction: changes nothing, the turn is impossible anyway"
    RESTRICTION_TOO_LARGE = "turn restriction: too many members"

    ACCESS_NOT_UNDERSTOOD = "tag ignored: access value not understood"
    ONEWAY_NOT_UNDERSTOOD = "tag ignored: oneway value not understood"
    SPEED_NOT_UNDERSTOOD = "tag ignored: maxspeed not understood"
    LAYER_NOT_UNDERSTOOD = "tag ignored: layer not understood"
    DURATION_NOT_UNDERSTOOD = "tag ignored: ferry duration not understood"
    CONDITIONAL_TAG = "tag ignored: condition (hours, vehicles)"
