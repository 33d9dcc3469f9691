"""The ring expressway: two carriageways, a toll interchange, a diamond, a toll-side road."""

from __future__ import annotations

from dataclasses import dataclass

from tools.make_xipeng.curves import (
    Polyline,
    bezier,
    normals,
    offset,
    point_along,
    resampled,
    smoothed,
)
from tools.make_xipeng.draft import Draft
from tools.make_xipeng.names import RING_EXPRESSWAY, RoadName, Tags
from tools.make_xipeng.plane import Point, between, distance, to_centimetre

COURSE: tuple[Point, ...] = (
    (-1300, 6500),
    (400, 6150),
    (2300, 5800),
    (4300, 5650),
    (6500, 5600),
    (8050, 5250),
    (8950, 3900),
    (9300, 2400),
    (9650, 900),
    (10300, -900),
)

CARRIAGEWAY_OFFSET_M = 13.0
TRUMPET_NEAR: Point = (8900.0, 4050.0)
DIAMOND_NEAR: Point = (4300.0, 5650.0)
TOLL_GATE: Tags = {"barrier": "toll_booth"}
MOTORWAY: Tags = {
    "highway": "motorway",
    **RING_EXPRESSWAY.tags(),
    "ref": "G5001",
    "oneway": "yes",
    "toll": "yes",
    "lanes": "3",
    "maxspeed": "100",
}
RAMP: Tags = {"highway": "motorway_link", "oneway": "yes", "toll": "yes", "maxspeed": "40"}
STEM_NAME = RoadName("西彭互通连接线", "Xipeng Interchange Link")


@dataclass(frozen=True, slots=True)
class Expressway:
    """What the rest of the map has to join.

    Attributes:
        plaza: the toll plaza's town side: the end of the exit lane and the start of the entry lane.
        rightward: the carriageway that runs with the course.
    """

    centre: Polyline
    rightward: Polyline
    leftward: Polyline
    plaza: tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Directions at one place of the centre line: along the course and to its left."""

    origin: Point
    left: Point

    def at(self, along_m: float, left_m: float) -> Point:
        return (
            self.origin[0] + self.left[1] * along_m + self.left[0] * left_m,
            self.origin[1] - self.left[0] * along_m + self.left[1] * left_m,
        )


def draw_expressway(draft: Draft) -> Expressway:
    """Draw both carriageways and both interchanges."""
    centre = resampled(smoothed(COURSE, 5), 45.0)
    rightward = [to_centimetre(p) for p in offset(centre, -CARRIAGEWAY_OFFSET_M)]
    leftward = [to_centimetre(p) for p in offset(centre, CARRIAGEWAY_OFFSET_M)][::-1]
    draft.add(rightward, MOTORWAY, level=1)
    draft.add(leftward, MOTORWAY, level=1)
    _openings(draft, rightward, leftward)
    plaza = _trumpet(draft, _frame(centre, TRUMPET_NEAR), rightward, leftward)
    _diamond(draft, _frame(centre, DIAMOND_NEAR), rightward, leftward)
    return Expressway(centre, rightward, leftward, plaza)


def join_plaza(draft: Draft, expressway: Expressway) -> None:
    """Lead the toll plaza to the nearest street, with the toll-side service road beside it."""
    exit_end, entry_start = expressway.plaza
    street = draft.nearest_vertex(exit_end, 900.0, frozenset({"secondary", "tertiary"}))
    if street is None:
        raise ValueError("no street near the toll plaza")
    link = {"highway": "secondary", **STEM_NAME.tags(), "oneway": "yes", "maxspeed": "50"}
    draft.add([exit_end, between(exit_end, street, 0.5), street], link)
    draft.add([street, between(street, entry_start, 0.5), entry_start], link)
    _toll_side_road(draft, expressway, street)


def _openings(draft: Draft, rightward: Polyline, leftward: Polyline) -> None:
    """Join the carriageways at both ends by the openings that the police can have opened."""
    tags = {"highway": "service", "service": "emergency_access", "access": "private"}
    for number in (0, -1):
        draft.add([rightward[number], leftward[-1 - number]], tags)


def _frame(centre: Polyline, near: Point) -> _Frame:
    index = min(range(len(centre)), key=lambda i: distance(centre[i], near))
    return _Frame(centre[index], normals(centre)[index])


def _vertex(carriageway: Polyline, near: Point) -> Point:
    return min(carriageway, key=lambda point: (distance(point, near), point))


def _trumpet(
    draft: Draft, frame: _Frame, rightward: Polyline, leftward: Polyline
) -> tuple[Point, Point]:
    """Both carriageways to and from one toll plaza on the right; the far ones cross over."""
    exit_gate, entry_gate = frame.at(-8, -330), frame.at(8, -330)
    gather, spread = frame.at(-8, -250), frame.at(8, -250)
    leave = _vertex(rightward, frame.at(-420, -13))
    _ramp(draft, bezier(leave, frame.at(-250, -30), frame.at(-30, -60), gather))
    join = _vertex(rightward, frame.at(420, -13))
    _ramp(draft, bezier(spread, frame.at(30, -60), frame.at(250, -30), join))
    leave = _vertex(leftward, frame.at(470, 13))
    over = bezier(leave, frame.at(250, 50), frame.at(60, 190), frame.at(60, 40))
    _ramp(
        draft,
        [*over, *bezier(frame.at(60, -60), frame.at(60, -140), frame.at(-8, -140), gather)],
        level=2,
    )
    join = _vertex(leftward, frame.at(-420, 13))
    under = bezier(spread, frame.at(8, -150), frame.at(-60, -150), frame.at(-60, -60))
    _ramp(
        draft,
        [*under, *bezier(frame.at(-60, 40), frame.at(-60, 170), frame.at(-220, 45), join)],
        level=3,
    )
    for line in ([gather, exit_gate], [entry_gate, spread]):
        booth = to_centimetre(between(line[0], line[1], 0.5))
        draft.add([line[0], booth, line[1]], RAMP)
        draft.point_tags[booth] = TOLL_GATE
    return to_centimetre(exit_gate), to_centimetre(entry_gate)


def _diamond(draft: Draft, frame: _Frame, rightward: Polyline, leftward: Polyline) -> None:
    """Four ramps to a road that passes under, each with its own toll gate."""
    south, north = frame.at(0, -120), frame.at(0, 120)
    crossing = {
        "highway": "tertiary",
        **RoadName("彭元路", "Pengyuan Road").tags(),
        "maxspeed": "40",
    }
    draft.add([frame.at(0, -330), south, frame.at(0, 0), north, frame.at(0, 330)], crossing)
    ramps = (
        (_vertex(rightward, frame.at(-400, -13)), frame.at(-200, -25), frame.at(-60, -110), south),
        (south, frame.at(60, -110), frame.at(200, -25), _vertex(rightward, frame.at(400, -13))),
        (_vertex(leftward, frame.at(400, 13)), frame.at(200, 25), frame.at(60, 110), north),
        (north, frame.at(-60, 110), frame.at(-200, 25), _vertex(leftward, frame.at(-400, 13))),
    )
    for ramp in ramps:
        line = bezier(*ramp)
        _ramp(draft, line)
        draft.point_tags[to_centimetre(line[6])] = TOLL_GATE


def _ramp(draft: Draft, line: Polyline, level: int = 1) -> None:
    draft.add(line, RAMP, level=level)


def _toll_side_road(draft: Draft, expressway: Expressway, street: Point) -> None:
    """Draw a service road past the plaza and along the carriageway, with a gate into it."""
    beside = offset(expressway.rightward, -38.0)
    near = min(range(len(beside)), key=lambda i: distance(beside[i], TRUMPET_NEAR))
    along = beside[near + 12 : near + 44]
    name = RoadName("收费站辅道", "Toll Station Side Road")
    tags = {"highway": "service", **name.tags(), "maxspeed": "30"}
    start = point_along([street, expressway.plaza[0]], 60.0)
    turn = between(expressway.plaza[0], along[0], 0.45)
    way_in = bezier(street, (start[0], start[1] - 60.0), turn, along[0])
    draft.add([*way_in, *along[1:]], tags)
    gate = to_centimetre(along[12])
    opening = {"highway": "service", "access": "private", "maxspeed": "15"}
    draft.add([gate, expressway.rightward[near + 12 + 13]], opening)
    draft.point_tags[gate] = {"barrier": "gate", "access": "private"}
