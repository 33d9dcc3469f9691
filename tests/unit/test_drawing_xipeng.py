"""The rules that the map of Xipeng is drawn by, on drawings small enough to see through."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tools.make_xipeng.bridges import build_bridges
from tools.make_xipeng.contours import contour
from tools.make_xipeng.curves import length_m, offset, point_along, resampled, smoothed, wobbled
from tools.make_xipeng.draft import Draft, Road
from tools.make_xipeng.footways import draw_footways
from tools.make_xipeng.noise import value_noise
from tools.make_xipeng.osm_writer import Sheet, osm_xml
from tools.make_xipeng.paths import NoWay, find_way
from tools.make_xipeng.planar import Cut, cut_at_junctions
from tools.make_xipeng.plane import Point, distance, lon_lat_e7, point_at_lon_lat
from tools.make_xipeng.restrictions import choose_restrictions, cut_for
from tools.make_xipeng.roundabouts import make_roundabout
from tools.make_xipeng.signals import choose_signals
from tools.make_xipeng.terrain import Terrain

LANE = {"highway": "residential"}
MAIN = {"highway": "secondary"}


def road(*points: Point, level: int = 0, **tags: str) -> Road:
    return Road(points, LANE | tags, level)


def level_ground(rows: int = 20, columns: int = 20) -> Terrain:
    return Terrain(
        height_m=np.zeros((rows, columns)),
        hindrance=np.zeros((rows, columns)),
        water=np.zeros((rows, columns), dtype=np.bool_),
    )


def test_two_streets_that_cross_share_a_junction() -> None:
    cut = cut_at_junctions([road((0, 0), (100, 0)), road((50, -50), (50, 50))])

    assert cut.roads[0].points == ((0, 0), (50, 0), (100, 0))
    assert cut.roads[1].points == ((50, -50), (50, 0), (50, 50))


def test_a_street_that_ends_on_another_joins_it() -> None:
    cut = cut_at_junctions([road((0, 0), (100, 0)), road((30, 0.1), (30, 80))])

    assert (30, 0.1) in cut.roads[0].points


def test_a_crossing_beside_a_corner_is_moved_to_it() -> None:
    cut = cut_at_junctions([road((0, 0), (50, 0), (100, 10)), road((52, -50), (52, 50))])

    assert (50, 0) in cut.roads[1].points


def test_a_road_on_a_higher_level_gets_no_junction_but_a_bridge() -> None:
    street, motorway = road((0, 0), (200, 0)), road((100, -100), (100, 100), level=1)

    cut = cut_at_junctions([street, motorway])
    pieces = build_bridges(cut)

    assert cut.roads == [street, motorway]
    assert [piece.tags.get("bridge") for piece in pieces] == [None, None, "yes", None]
    assert pieces[2].points[0] == pieces[1].points[-1]
    assert length_m(pieces[2].points) == pytest.approx(48.0)


FAR_IN_THE_FIELDS = 9_000.0
"""No town there, and no river."""


def country(*points: Point, **tags: str) -> Road:
    return road(*((x + FAR_IN_THE_FIELDS, y + 5_000.0) for x, y in points), **tags)


def ways_for_feet(*roads: Road) -> list[Road]:
    # Chance leaves some dead ends as they are: of many chances, one draws.
    drawn = (draw_footways(roads, level_ground(400, 400), seed) for seed in range(20))
    return next((ways for ways in drawn if ways), [])


def test_a_path_goes_on_where_a_lane_ends() -> None:
    lane, other = country((0, 0), (0, 100)), country((-400, 150), (0, 150), (400, 150))
    paths = ways_for_feet(lane, other)

    assert [(path.points, path.tags["highway"]) for path in paths] == [
        ((lane.points[-1], other.points[1]), "path")
    ]


def test_no_path_crosses_a_road_or_joins_a_motorway() -> None:
    lane, beyond = country((0, 0), (0, 100)), country((0, 170), (0, 400))
    between = country((-300, 130), (300, 130), highway="motorway")

    assert not ways_for_feet(lane, between, beyond)


def test_signals_stand_where_two_main_streets_meet_and_not_in_a_roundabout() -> None:
    named = MAIN | {"maxspeed": "40"}
    streets = [
        road((0, 0), (100, 0), **named, name="甲路"),
        road((100, 0), (200, 0), **named, name="甲路"),
        road((100, 0), (100, 99), **named, name="乙路"),
        road((0, 0), (0, 99), name="丙巷"),
    ]
    ring = road((100, 0), (120, 20), **named, junction="roundabout")

    assert set(choose_signals(streets)) == {(100, 0)}
    assert choose_signals([*streets, ring]) == {}


def test_two_bridges_that_nearly_touch_are_one() -> None:
    streets = [road((0, y), (200, y)) for y in (0.0, 50.0)]
    motorway = road((100, -200), (100, 200), level=1)

    pieces = build_bridges(cut_at_junctions([*streets, motorway]))

    assert sum("bridge" in piece.tags for piece in pieces) == 1


def test_a_roundabout_runs_counter_clockwise_through_every_arm() -> None:
    draft = Draft()
    draft.add([(-100, 0), (0, 0), (100, 0)], MAIN)
    draft.add([(0, -100), (0, 0), (0, 100)], LANE)

    make_roundabout(draft, (0, 0), 20.0, MAIN)

    *arms, ring = draft.roads
    corners = ring.points
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(corners)) / 2
    assert corners[0] == corners[-1]
    assert area > 0
    assert len(arms) == 4
    assert all({arm.points[0], arm.points[-1]} & set(corners) for arm in arms)
    assert all((0, 0) not in arm.points for arm in arms)


def test_a_way_goes_round_water() -> None:
    terrain = level_ground()
    terrain.water[10, :19] = True

    way = find_way(terrain, terrain.centre((2, 2)), lambda cell: cell == (17, 2), grade_weight=0.0)

    assert way[0] == terrain.centre((2, 2))
    assert way[-1] == terrain.centre((17, 2))
    assert not any(terrain.water[terrain.cell(point)] for point in way)
    assert max(point[0] for point in way) >= terrain.centre((0, 18))[0]


def test_a_way_goes_round_a_hill_rather_than_over_it() -> None:
    terrain = level_ground()
    terrain.height_m[8:12, 5:15] = 200.0

    way = find_way(
        terrain, terrain.centre((2, 10)), lambda cell: cell == (17, 10), grade_weight=300.0
    )

    assert max(terrain.height_at(point) for point in way) == 0.0


def test_there_is_no_way_across_a_river_without_a_bridge() -> None:
    terrain = level_ground()
    terrain.water[9:12, :] = True

    with pytest.raises(NoWay):
        find_way(terrain, terrain.centre((2, 2)), lambda cell: cell[0] > 15, grade_weight=1.0)


def test_noise_is_smooth_bounded_and_the_same_for_the_same_seed() -> None:
    x = np.arange(0.0, 1000.0, 1.0)
    y = np.full(1000, 33.0)

    noise = value_noise(x, y, scale_m=100.0, seed=5)

    assert np.array_equal(noise, value_noise(x, y, scale_m=100.0, seed=5))
    assert not np.array_equal(noise, value_noise(x, y, scale_m=100.0, seed=6))
    assert -1.0 <= noise.min() < -0.2
    assert 0.2 < noise.max() <= 1.0
    assert np.abs(np.diff(noise)).max() < 0.05


def test_smoothing_and_swaying_keep_both_ends() -> None:
    corner = [(0.0, 0.0), (500.0, 0.0), (500.0, 500.0)]

    line = wobbled(resampled(smoothed(corner, 3), 20.0), amplitude_m=15.0, scale_m=90.0, seed=3)

    assert line[0] == corner[0]
    assert line[-1] == corner[-1]
    assert all(distance(a, b) < 40.0 for a, b in pairwise(line))


def test_the_parallel_line_runs_on_the_left() -> None:
    assert offset([(0, 0), (100, 0)], 8.0) == [(0.0, 8.0), (100.0, 8.0)]
    assert point_along([(0, 0), (100, 0)], 25.0) == (25.0, 0.0)


def test_contours_of_a_cone_are_closed_rings() -> None:
    terrain = level_ground(40, 40)
    rows, columns = np.mgrid[0:40, 0:40]
    terrain.height_m[:] = 100.0 - 4.0 * np.hypot(rows - 20, columns - 20)

    rings = contour(terrain, 50.0)

    assert len(rings) == 1
    assert rings[0][0] == rings[0][-1]


def crossroads() -> list[Road]:
    return [
        road((-50, 0), (0, 0), (50, 0), highway="secondary"),
        road((0, -50), (0, 0), (0, 50)),
    ]


def test_a_left_turn_is_forbidden_at_a_crossing_of_a_main_road() -> None:
    restrictions = choose_restrictions(crossroads())

    assert [each.tags["restriction"] for each in restrictions] == ["no_left_turn"]
    arrive, leave = restrictions[0].arrive, restrictions[0].leave
    cross = arrive[1][0] - arrive[0][0], arrive[1][1] - arrive[0][1]
    turned = leave[1][0] - leave[0][0], leave[1][1] - leave[0][1]
    assert cross[0] * turned[1] - cross[1] * turned[0] > 0


def test_roads_are_cut_where_a_restriction_stands_and_it_names_the_pieces() -> None:
    restrictions = choose_restrictions(crossroads())
    pieces = cut_for(crossroads(), restrictions)

    xml = osm_xml(Sheet(roads=pieces, restrictions=restrictions))

    assert len(pieces) == 4
    assert xml.count("role='from'") == xml.count("role='via'") == xml.count("role='to'") == 1
    assert '<tag k="restriction" v="no_left_turn"/>' in xml


def test_names_are_escaped_in_the_file() -> None:
    named = road((0, 0), (10, 0), name='A&B "C" <D>')

    xml = osm_xml(Sheet(roads=[named], restrictions=[]))

    assert "A&amp;B" in xml
    assert "&lt;D&gt;" in xml


def test_positions_survive_the_way_to_degrees_and_back() -> None:
    lon_e7, lat_e7 = lon_lat_e7((1234.5, 6789.0))

    assert distance(point_at_lon_lat(lon_e7 / 1e7, lat_e7 / 1e7), (1234.5, 6789.0)) < 0.02


def test_a_drawing_without_crossings_is_left_as_it_is() -> None:
    roads = [road((0, 0), (10, 0)), road((0, 5), (10, 5))]

    assert cut_at_junctions(roads) == Cut(roads, [])
