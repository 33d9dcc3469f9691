"""The one place that names concrete adapters and ties them together."""

from __future__ import annotations

import secrets
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from dispatch_router.application.close_roads import CloseRoads
from dispatch_router.application.decision_ids import TimeOrderedIds
from dispatch_router.application.recommend import Recommender
from dispatch_router.application.road_conditions import RoadConditions
from dispatch_router.config import DistrictSettings, StateSettings
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidDistrict, InvalidGraph, OutsideDistrict
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.format import open_graph
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.warm_up import warm_up as warm_up_searches
from dispatch_router.storage.district_files import load_district
from dispatch_router.storage.sqlite import open_state
from dispatch_router.ticker import Ticker
from dispatch_router.web.readiness import DispatchService
from dispatch_router.web.recommendation_json import RecommendationWriter

GRAPH_FOLDER: Final = "graph"
TICK_S: Final = 1.0
_BUNDLED: Final = Path("data", "road_graphs", "xipeng")
_INSTALLED: Final = Path("share", "dispatch-router", "xipeng")


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class OpenDistrict:
    """A district ready to recommend."""

    district: District
    graph: RoadGraph
    roads: RoadEngine
    conditions: RoadConditions
    recommender: Recommender[Fleet]


def district_folder(settings: DistrictSettings) -> Path:
    """Return the folder that is set, or else that of the bundled district.

    Raises:
        InvalidDistrict: none is set, and the bundled one is not where this was installed from.
    """
    if settings.district is not None:
        return settings.district
    places = (Path(__file__).resolve().parents[2] / _BUNDLED, Path(sys.prefix) / _INSTALLED)
    for place in places:
        if place.is_dir():
            return place
    raise InvalidDistrict(
        "The bundled district is not installed here. Name a district folder with --district or "
        "DISPATCH_DISTRICT.",
        "此处没有安装自带的辖区数据。请用--district或DISPATCH_DISTRICT指定辖区文件夹。",
    )


def open_district(folder: Path) -> OpenDistrict:
    """Open a district's files and road graph.

    Raises:
        InvalidDistrict: the files have mistakes.
        InvalidGraph: the road graph is missing or cannot be used.
    """
    district = load_district(folder)
    graph_folder = folder / GRAPH_FOLDER
    if not graph_folder.is_dir():
        raise InvalidGraph(
            f"{graph_folder}: there is no road graph. Make it with 'dispatch-router graph build "
            f"SOURCE {graph_folder}'.",
            f"{graph_folder}：缺少路网。请用dispatch-router graph build SOURCE "
            f"{graph_folder}生成。",
        )
    graph = open_graph(graph_folder)
    roads = RoadEngine(graph, district.policy.snap, district.policy.locate)
    conditions = RoadConditions(roads, district.policy.traffic.periods, ZoneInfo(district.timezone))
    clock = SystemClock()
    ids = TimeOrderedIds(clock, secrets.randbits)
    recommender = Recommender(district, roads, clock, ids)
    return OpenDistrict(district, graph, roads, conditions, recommender)


def warm_up(opened: OpenDistrict) -> None:
    """Search and recommend, so that everything is compiled before the first call."""
    warm_up_searches(opened.roads, opened.graph)
    for post in opened.district.posts:
        for with_routes in (False, True):
            try:
                opened.recommender.recommend(CallQuestion(post.position), with_routes=with_routes)
            except OutsideDistrict:
                # A post far from every road: another will do.
                break
        else:
            return


def open_service(district: DistrictSettings, state_settings: StateSettings) -> DispatchService:
    """Open everything that the HTTP service answers from, warm.

    Raises:
        InvalidDistrict: the files have mistakes, or there is no district.
        InvalidGraph: the road graph is missing or cannot be used.
        InvalidState: the state cannot be used, or another service uses it.
        StorageUnavailable: the state cannot be read.
    """
    # First of all: a second service on the same state should not load for nothing.
    state = open_state(state_settings.state_dir)
    try:
        opened = open_district(district_folder(district))
        clock = SystemClock()
        ids = TimeOrderedIds(clock, secrets.randbits)
        closures = CloseRoads(opened.roads, opened.conditions, state.closures, clock, ids)
        warm_up(opened)
    except BaseException:
        state.close()
        raise
    ticker = Ticker(partial(_tick, opened.conditions, clock), TICK_S)

    def close() -> None:
        ticker.stop()
        state.close()

    return DispatchService(
        district=opened.district,
        graph=opened.roads.summary,
        recommender=opened.recommender,
        writer=RecommendationWriter(opened.district),
        closures=closures,
        close=close,
    )


def _tick(conditions: RoadConditions, clock: SystemClock) -> None:
    conditions.tick(clock.now())
