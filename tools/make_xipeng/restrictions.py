"""Turn restrictions in the streets, and the cuts that they need in the roads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import atan2, pi

from tools.make_xipeng.draft import Road
from tools.make_xipeng.names import Tags
from tools.make_xipeng.plane import Point, distance

MAIN = frozenset({"primary", "secondary", "tertiary"})
AVENUE_GAP_M = 26.0
NO_U_TURN: Tags = {"type": "restriction", "restriction": "no_u_turn"}


@dataclass(frozen=True, slots=True)
class Restriction:
    """A turn that is forbidden, or the only one allowed.

    Attributes:
        arrive: the last two points before the turn.
        via: the points in between: one for a turn at a junction, more for a turn by way of a road.
        leave: the first two points after the turn.
    """

    arrive: tuple[Point, Point]
    via: tuple[Point, ...]
    leave: tuple[Point, Point]
    tags: Tags


@dataclass(frozen=True, slots=True)
class _Arm:
    """One road at a junction: the next point away from it."""

    next_point: Point
    road: Road
    may_arrive: bool
    may_leave: bool


def choose_restrictions(roads: Sequence[Road]) -> list[Restriction]:
    """Choose restrictions by the shape of the junctions, every so many of each kind."""
    arms = _arms(roads)
    crossings = [
        node
        for node in sorted(arms)
        if len(arms[node]) == 4 and any(arm.road.tags["highway"] in MAIN for arm in arms[node])
    ]
    chosen = list(_avenue_turns(roads))[::3]
    for number, node in enumerate(crossings[::6]):
        chosen += _at_junction(node, arms[node], number)
    return chosen


def cut_for(roads: Sequence[Road], restrictions: Sequence[Restriction]) -> list[Road]:
    """Cut every road at the points where a restriction begins or ends."""
    ends = {point for r in restrictions for point in (r.via[0], r.via[-1])}
    pieces = []
    for road in roads:
        if road.points[0] == road.points[-1]:
            pieces.append(road)
            continue
        first = 0
        for i in range(1, len(road.points)):
            if road.points[i] in ends or i == len(road.points) - 1:
                pieces.append(Road(road.points[first : i + 1], road.tags, road.level))
                first = i
    return pieces


def _arms(roads: Sequence[Road]) -> dict[Point, list[_Arm]]:
    arms: dict[Point, list[_Arm]] = defaultdict(list)
    for road in roads:
        if road.points[0] == road.points[-1] or road.level != 0:
            continue
        along, against = _directions(road)
        for a, b in zip(road.points, road.points[1:], strict=False):
            arms[a].append(_Arm(b, road, may_arrive=against, may_leave=along))
            arms[b].append(_Arm(a, road, may_arrive=along, may_leave=against))
    return arms


def _directions(road: Road) -> tuple[bool, bool]:
    one_way = road.tags.get("oneway")
    return one_way != "-1", one_way != "yes"


def _avenue_turns(roads: Sequence[Road]) -> Iterator[Restriction]:
    """Yield the turn back over the short piece of a cross street between two carriageways."""
    arriving: dict[Point, tuple[Point, Road]] = {}
    leaving: dict[Point, tuple[Point, Road]] = {}
    for road in roads:
        if road.tags.get("oneway") == "yes" and road.tags["highway"] == "secondary":
            for a, b in zip(road.points, road.points[1:], strict=False):
                arriving[b], leaving[a] = (a, road), (b, road)
    for road in roads:
        if "oneway" in road.tags:
            continue
        for three in zip(road.points, road.points[1:], road.points[2:], strict=False):
            for via in (three, three[::-1]):
                p, q = via[0], via[-1]
                if p in arriving and q in leaving and distance(p, q) < AVENUE_GAP_M:
                    before, after = arriving[p], leaving[q]
                    if before[1] is not after[1]:
                        yield Restriction((before[0], p), via, (q, after[0]), NO_U_TURN)


def _at_junction(node: Point, arms: list[_Arm], number: int) -> list[Restriction]:
    for arm in sorted(arms, key=lambda arm: arm.next_point):
        others = [other for other in arms if other is not arm and other.may_leave]
        if not arm.may_arrive or len(others) < 3:
            continue
        kind, leave = _turn(node, arm, others, number)
        tags = {"type": "restriction", "restriction": kind}
        if number % 9 == 4:
            tags["except"] = "psv;emergency"
        return [Restriction((arm.next_point, node), (node,), (node, leave), tags)]
    return []


def _turn(node: Point, arm: _Arm, others: list[_Arm], number: int) -> tuple[str, Point]:
    """Choose by turns: no left, only straight on, no turning back, no right."""
    by_bearing = sorted(others, key=lambda other: _left_turn(node, arm, other))
    right, straight, left = (other.next_point for other in by_bearing)
    kinds = (
        ("no_left_turn", left),
        ("only_straight_on", straight),
        ("no_left_turn", left),
        ("no_u_turn", arm.next_point),
        ("no_right_turn", right),
    )
    return kinds[number % len(kinds)]


def _left_turn(node: Point, arm: _Arm, other: _Arm) -> float:
    """Return how far to the left one turns: from -pi (sharp right) to pi (sharp left)."""
    before = atan2(node[1] - arm.next_point[1], node[0] - arm.next_point[0])
    after = atan2(other.next_point[1] - node[1], other.next_point[0] - node[0])
    return (after - before + pi) % (2 * pi) - pi
