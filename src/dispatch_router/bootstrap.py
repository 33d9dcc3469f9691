"""The one place that names concrete adapters and ties them together."""

from __future__ import annotations

import contextlib
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from dispatch_router.application.busy_units import BusyUnits, nobody
from dispatch_router.application.close_roads import CloseRoads
from dispatch_router.application.crews import Crews
from dispatch_router.application.decision_ids import TimeOrderedIds
from dispatch_router.application.desk.desk import open_desk
from dispatch_router.application.desk.onward import OnwardDesk
from dispatch_router.application.desk.open_assignments import OpenAssignments
from dispatch_router.application.live_units import LiveUnits
from dispatch_router.application.nearest_hospitals import NearestHospitals
from dispatch_router.application.position_keeper import KEPT_EVERY_S, PositionKeeper
from dispatch_router.application.recommend import Recommender
from dispatch_router.application.reload_roads import ReloadRoads
from dispatch_router.application.road_conditions import RoadConditions
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.application.unit_ports import KeepsNothing
from dispatch_router.bootstrap_decisions import decision_log, replay_of
from dispatch_router.bootstrap_state import (
    KeptState,
    OtherServices,
    open_kept_state,
    unless_away,
)
from dispatch_router.config import DistrictSettings, StateSettings
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidDistrict, InvalidGraph, OutsideDistrict
from dispatch_router.domain.policy import Policy
from dispatch_router.domain.response import Response
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.format import open_graph
from dispatch_router.routing.warm_up import warm_up as warm_up_searches
from dispatch_router.routing.warm_up import warm_up_calls
from dispatch_router.storage.district_files import load_district
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
    engine: RoadEngine
    in_use: RoadsInUse[Fleet]
    conditions: RoadConditions
    units: LiveUnits
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


def open_district(
    folder: Path,
    *,
    with_hierarchy: bool = True,
    kept: KeptState | None = None,
    busy: Callable[[], Mapping[str, str]] = nobody,
) -> OpenDistrict:
    """Open a district's files and road graph.

    Args:
        folder: of the district.
        with_hierarchy: False to start sooner and answer by the bounded search alone.
        kept: has what units reported before; None for nothing, which is not kept either.
        busy: the incident of every unit that is assigned to one.

    Raises:
        InvalidDistrict: the files have mistakes.
        InvalidGraph: the road graph is missing or cannot be used.
        StorageUnavailable: what is kept cannot be read.
    """
    district = load_district(folder)
    engine = open_engine(folder, district.policy, with_hierarchy=with_hierarchy)
    in_use = RoadsInUse(engine, Crews(district))
    zone = ZoneInfo(district.timezone)
    conditions = RoadConditions(in_use, district.policy.traffic.periods, zone)
    clock = SystemClock()
    ids = TimeOrderedIds(clock, secrets.randbits)
    store = KeepsNothing() if kept is None else kept.units
    from_memory = (lambda: False) if kept is None else kept.is_away
    units = LiveUnits(district, store, store, clock, in_use.move, from_memory=from_memory)
    recommender = Recommender(district, in_use, clock, ids, conditions.bring_up_to, units, busy)
    return OpenDistrict(district, engine, in_use, conditions, units, recommender)


def open_engine(folder: Path, policy: Policy, *, with_hierarchy: bool) -> RoadEngine:
    """Open a district's road graph and make it ready to search.

    Raises:
        InvalidGraph: the road graph is missing or cannot be used.
    """
    graph_folder = folder / GRAPH_FOLDER
    if not graph_folder.is_dir():
        raise InvalidGraph(
            f"{graph_folder}: there is no road graph. Make it with 'dispatch-router graph build "
            f"SOURCE {graph_folder}'.",
            f"{graph_folder}：缺少路网。请用dispatch-router graph build SOURCE "
            f"{graph_folder}生成。",
        )
    return RoadEngine(
        open_graph(graph_folder),
        policy.snap,
        policy.locate,
        traffic=policy.traffic,
        emergency=policy.emergency,
        with_hierarchy=with_hierarchy,
    )


def warm_up(opened: OpenDistrict, *, with_hierarchy: bool) -> None:
    """Search and recommend, so that everything is compiled before it is needed.

    Args:
        opened: the district.
        with_hierarchy: False for what the first call needs; True for all else.
    """
    if with_hierarchy:
        warm_up_searches(opened.engine)
    else:
        warm_up_calls(opened.engine)
    for post in opened.district.posts:
        for response in Response:
            for with_routes in (False, True):
                question = CallQuestion(post.position, response=response)
                # A post far from every road: another will do.
                with contextlib.suppress(OutsideDistrict):
                    opened.recommender.recommend(question, with_routes=with_routes)


def open_service(district: DistrictSettings, state_settings: StateSettings) -> DispatchService:
    """Open everything that the HTTP service answers from, the bounded search warm.

    The second search is built and compiled by ``complete``, while the first one answers.

    Raises:
        InvalidDistrict: the files have mistakes, or there is no district.
        InvalidGraph: the road graph is missing or cannot be used.
        InvalidState: the state cannot be used, or another service uses it.
        StorageUnavailable: the state cannot be read.
    """
    # First of all: a second service on the same state should not load for nothing.
    state = open_kept_state(state_settings)
    try:
        folder = district_folder(district)
        busy = BusyUnits()
        opened = open_district(folder, with_hierarchy=False, kept=state, busy=busy.now)
        clock = SystemClock()
        ids = TimeOrderedIds(clock, secrets.randbits)
        closures = CloseRoads(opened.in_use, opened.conditions, state.closures, clock, ids)
        desk = open_desk(opened.district, state.desk, partial(_following, opened, busy), clock, ids)
        hospitals = NearestHospitals(
            opened.district, opened.in_use, clock, opened.conditions.bring_up_to
        )
        warm_up(opened, with_hierarchy=False)
    except BaseException:
        state.close()
        raise
    log = decision_log(state.decisions, opened.district, state_settings)
    keeper = PositionKeeper(opened.units)
    others = OtherServices(
        state,
        on_desk=(desk.events.catch_up, closures.catch_up),
        on_units=opened.units.catch_up,
    )
    tickers = (
        Ticker(partial(_tick, opened.conditions, clock), TICK_S),
        # Of their own: while the disk is slow, the hour must change all the same.
        Ticker(unless_away(desk.tick), TICK_S),
        Ticker(keeper.keep, KEPT_EVERY_S),
        Ticker(lambda: log.flush(clock.now()), TICK_S),
    )

    def open_again() -> RoadEngine:
        return open_engine(folder, opened.district.policy, with_hierarchy=True)

    def complete() -> None:
        warm_up(opened, with_hierarchy=True)
        opened.engine.add_hierarchies()

    def close() -> None:
        for ticker in (*tickers, others):
            ticker.stop()
        keeper.keep()
        log.flush(clock.now())
        state.close()

    return DispatchService(
        district=opened.district,
        graph=opened.in_use.summary,
        recommender=opened.recommender,
        writer=RecommendationWriter(opened.district),
        closures=closures,
        decisions=log,
        replay=replay_of(lambda: opened.in_use.current().roads, folder),
        desk=desk,
        onward=OnwardDesk(opened.district, state.desk, hospitals),
        reload=ReloadRoads(opened.in_use, open_again),
        works_from_memory=state.is_away,
        complete=complete,
        units=opened.units,
        close=close,
    )


def _following(opened: OpenDistrict, busy: BusyUnits, desk: OpenAssignments) -> Recommender[Fleet]:
    """Let the ranking know which units are busy at the desk."""
    busy.follow(desk)
    return opened.recommender


def _tick(conditions: RoadConditions, clock: SystemClock) -> None:
    conditions.tick(clock.now())
