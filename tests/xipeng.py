"""The bundled district, as the repository holds it and with its roads changed."""

from __future__ import annotations

import gzip
from pathlib import Path

from dispatch_router.application.crews import Crews
from dispatch_router.application.recommend import Recommender
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.recommendation import Candidate, Recommendation
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.assemble import assemble_district
from dispatch_router.routing.build.sources import read_networks
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.format import open_graph
from dispatch_router.routing.graph import DistrictRoads, RoadGraph
from dispatch_router.storage.district_files.load import load_district
from tests.small_district import CountedIds, StoppedClock

REPOSITORY = Path(__file__).resolve().parents[1]
XIPENG = REPOSITORY / "data/road_graphs/xipeng"
ROADS = XIPENG / "roads.osm.gz"
ALL_UNITS = 9


def drawn_xml() -> str:
    """The source of the roads, one element a line."""
    return gzip.decompress(ROADS.read_bytes()).decode()


def committed_roads() -> DistrictRoads:
    return open_graph(XIPENG / "graph")


def committed_graph(mode: UnitMode = UnitMode.CAR) -> RoadGraph:
    return committed_roads().networks[mode]


def built_roads(xml: str, folder: Path) -> DistrictRoads:
    """Build a graph as `graph build` does."""
    source = folder / "roads.osm"
    source.write_text(xml, encoding="utf-8")
    return assemble_district(read_networks(source))


def ask(roads: DistrictRoads, place: str) -> Recommendation:
    """Ask the use case for every unit, at noon."""
    district = load_district(XIPENG)
    policy = district.policy
    engine = RoadEngine(roads, policy.snap, policy.locate)
    in_use = RoadsInUse(engine, Crews(district))
    recommender = Recommender(district, in_use, StoppedClock(), CountedIds())
    question = CallQuestion(where=place, uncertainty_m=None, priority=2)
    return recommender.recommend(question, top=ALL_UNITS, with_routes=True)


def candidate(answer: Recommendation, unit_id: str) -> Candidate:
    return next(each for each in answer.candidates if each.unit.id == unit_id)


def minutes(answer: Recommendation, unit_id: str) -> float:
    """Time to person of one unit."""
    return candidate(answer, unit_id).time.total_ms / 60_000
