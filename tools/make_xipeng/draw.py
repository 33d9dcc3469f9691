"""Put the sheet together, in the order in which one road meets the other."""

from __future__ import annotations

from dataclasses import dataclass

from tools.make_xipeng import landscape
from tools.make_xipeng.bridges import build_bridges
from tools.make_xipeng.draft import Draft
from tools.make_xipeng.expressway import draw_expressway, join_plaza
from tools.make_xipeng.footways import draw_footways
from tools.make_xipeng.lattice import Lattice
from tools.make_xipeng.main_roads import draw_main_roads
from tools.make_xipeng.names import RoadName, Tags
from tools.make_xipeng.osm_writer import Sheet
from tools.make_xipeng.places import PARK, TAOJIA, VILLAGES, XIPENG
from tools.make_xipeng.planar import cut_at_junctions
from tools.make_xipeng.plane import Point, to_centimetre
from tools.make_xipeng.restrictions import choose_restrictions, cut_for
from tools.make_xipeng.roundabouts import make_roundabout
from tools.make_xipeng.signals import choose_signals
from tools.make_xipeng.terrain import Terrain, make_terrain
from tools.make_xipeng.towns import draw_towns
from tools.make_xipeng.village_roads import draw_lanes, draw_spurs, draw_village_roads

SEED = 20_260
ROUNDABOUTS: tuple[tuple[str, tuple[int, int], float, str], ...] = (
    ("xipeng", (27, 17), 24.0, "primary"),
    ("xipeng", (14, 13), 20.0, "secondary"),
    ("park", (4, 6), 26.0, "secondary"),
    ("taojia", (5, 1), 18.0, "primary"),
)
"""Town, corner of its grid, radius in metres, highway class of the ring."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The finished sheet and the ground under it."""

    sheet: Sheet
    terrain: Terrain


def draw(seed: int = SEED) -> Drawing:
    """Draw the whole sheet; the same seed gives the same sheet."""
    terrain = make_terrain(seed)
    draft = Draft()
    expressway = draw_expressway(draft)
    towns = draw_towns(draft, expressway.centre, seed + 100)
    join_plaza(draft, expressway)
    draw_main_roads(draft, terrain)
    draw_village_roads(draft, terrain, seed + 200)
    draw_lanes(draft, seed + 300)
    draw_spurs(draft, seed + 400)
    _make_roundabouts(draft, towns)
    roads = build_bridges(cut_at_junctions(draft.roads))
    restrictions = choose_restrictions(roads)
    roads = cut_for(roads, restrictions)
    sheet = Sheet(
        roads=[*roads, *draw_footways(roads, terrain, seed + 500)],
        restrictions=restrictions,
        others=_rivers(),
        point_tags=choose_signals(roads) | draft.point_tags | _place_names(),
    )
    return Drawing(sheet, terrain)


def _make_roundabouts(draft: Draft, towns: dict[str, Lattice]) -> None:
    for town, corner, radius_m, highway in ROUNDABOUTS:
        make_roundabout(draft, towns[town].corners[corner], radius_m, {"highway": highway})


def _rivers() -> list[tuple[list[Point], Tags]]:
    yangtze = RoadName("长江", "Yangtze River").tags()
    daxi = RoadName("大溪河", "Daxi River").tags()
    return [
        ([to_centimetre(p) for p in landscape.YANGTZE], {"waterway": "river", **yangtze}),
        ([to_centimetre(p) for p in landscape.DAXI], {"waterway": "river", **daxi}),
    ]


def _place_names() -> dict[Point, Tags]:
    """Name the settlements beside the roads, a little off so that no road point is tagged."""
    named = [
        (XIPENG, "town", RoadName("西彭", "Xipeng")),
        (TAOJIA, "town", RoadName("陶家", "Taojia")),
        (PARK, "suburb", RoadName("西彭工业园区", "Xipeng Industrial Park")),
    ]
    named += [
        (v.centre, "village", RoadName(f"{v.name.zh}村", f"{v.name.en} Village")) for v in VILLAGES
    ]
    return {
        to_centimetre((x + 1.37, y + 2.11)): {"place": kind, **name.tags()}
        for (x, y), kind, name in named
    }
