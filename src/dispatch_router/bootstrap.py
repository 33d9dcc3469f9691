"""The one place that names concrete adapters and ties them together."""

from __future__ import annotations

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
from dispatch_router.application.desk.open_assignments import OpenAssignments
from dispatch_router.application.district.in_use import DistrictInUse
from dispatch_router.application.district.now import Assembly, DistrictNow
from dispatch_router.application.district.ranking import RecommendsNow
from dispatch_router.application.graph_fit import MOST_OFF_AT_START, check_fit
from dispatch_router.application.position_keeper import KEPT_EVERY_S, PositionKeeper
from dispatch_router.application.recommend import Recommender
from dispatch_router.application.reload_roads import ReloadRoads
from dispatch_router.application.retries import AnsweredOnce
from dispatch_router.application.road_conditions import RoadConditions
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.application.unit_ports import KeepsNothing
from dispatch_router.bootstrap_decisions import advice_writer, decision_log, replay_of
from dispatch_router.bootstrap_district import open_kept_district
from dispatch_router.bootstrap_roads import fits_in, open_engine, warm_up
from dispatch_router.bootstrap_state import (
    KeptState,
    OtherServices,
    caller_hashing,
    open_kept_state,
    unless_away,
)
from dispatch_router.config import DistrictSettings, StateSettings
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidDistrict
from dispatch_router.domain.resources import Resources
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.fleet import Fleet
from dispatch_router.storage.district_files import load_district
from dispatch_router.ticker import Ticker
from dispatch_router.web.readiness import DispatchService
from dispatch_router.web.recommendation_json import RecommendationWriter

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

    engine: RoadEngine
    in_use: RoadsInUse[Fleet]
    conditions: RoadConditions
    assembly: Assembly[Fleet]
    now: DistrictNow[Fleet]

    @property
    def district(self) -> District:
        """What it was opened from."""
        return self.now.district

    @property
    def recommender(self) -> Recommender[Fleet]:
        """Who ranks its units."""
        return self.now.recommender


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
    kept: tuple[Resources, District] | None = None,
    *,
    with_hierarchy: bool = True,
    state: KeptState | None = None,
    busy: Callable[[], Mapping[str, str]] = nobody,
) -> OpenDistrict:
    """Open a district and its road graph.

    Args:
        folder: of the district.
        kept: what the state keeps of it, and the district that this makes; None to take all from
            its files.
        with_hierarchy: False to start sooner and answer by the bounded search alone.
        state: has what units reported before; None for nothing, which is not kept either.
        busy: the incident of every unit that is assigned to one.

    Raises:
        InvalidDistrict: the files have mistakes.
        InvalidGraph: the road graph is missing, cannot be used, or is that of another place.
        StorageUnavailable: what is kept cannot be read.
    """
    resources, district = kept or (Resources(()), load_district(folder))
    engine = open_engine(folder, district.policy, with_hierarchy=with_hierarchy)
    check_fit(district, engine, MOST_OFF_AT_START)
    in_use = RoadsInUse(engine, Crews(district))
    zone = ZoneInfo(district.timezone)
    conditions = RoadConditions(in_use, district.policy.traffic.periods, zone)
    clock = SystemClock()
    ids = TimeOrderedIds(clock, secrets.randbits)
    store = KeepsNothing() if state is None else state.units
    assembly = Assembly(
        in_use,
        store,
        store,
        clock,
        ids,
        conditions.bring_up_to,
        busy,
        from_memory=(lambda: False) if state is None else state.is_away,
    )
    return OpenDistrict(engine, in_use, conditions, assembly, assembly.first(resources, district))


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
        clock, folder = SystemClock(), district_folder(district)
        callers = caller_hashing(state_settings)
        files, resources, district_then = open_kept_district(folder, state.desk, clock)
        busy = BusyUnits()
        kept = (resources, district_then)
        opened = open_district(folder, kept, with_hierarchy=False, state=state, busy=busy.now)
        in_use = DistrictInUse(opened.now, opened.assembly, files, state.desk, clock)
        ids = TimeOrderedIds(clock, secrets.randbits)
        closures = CloseRoads(opened.in_use, opened.conditions, state.closures, clock, ids)
        desk = open_desk(
            opened.district,
            state.desk,
            partial(_following, in_use, busy),
            clock,
            ids,
            write_advice=advice_writer(),
            unit_posts=lambda: in_use.current().unit_posts,
            hospitals=lambda: in_use.current().hospital_ids,
        )
        in_use.follow(desk.events)
        closures.follow(desk.events)
        warm_up(opened.engine, opened.now, with_hierarchy=False)
    except BaseException:
        state.close()
        raise
    # What follows names none of what changes with the district, which would then stay for good.
    engine, roads, conditions = opened.engine, opened.in_use, opened.conditions
    policy = opened.district.policy
    log = decision_log(state, state_settings)
    keeper = PositionKeeper(in_use)
    others = OtherServices(
        state,
        on_desk=(desk.events.catch_up, closures.catch_up, in_use.catch_up),
        on_units=in_use.catch_up_units,
    )
    tickers = (
        Ticker(lambda: conditions.tick(clock.now()), TICK_S),
        # Of their own: while the disk is slow, the hour must change all the same.
        Ticker(unless_away(desk.tick), TICK_S),
        Ticker(in_use.catch_up, TICK_S),
        Ticker(keeper.keep, KEPT_EVERY_S),
        Ticker(lambda: log.flush(clock.now()), TICK_S),
    )

    def open_again() -> RoadEngine:
        return open_engine(folder, policy, with_hierarchy=True)

    def complete() -> None:
        warm_up(engine, in_use.current(), with_hierarchy=True)
        engine.add_hierarchies()

    def close() -> None:
        for ticker in (*tickers, others):
            ticker.stop()
        keeper.keep()
        log.flush(clock.now())
        state.close()

    return DispatchService(
        in_use=in_use,
        now=in_use.current(),
        graph=roads.summary,
        writer=RecommendationWriter(),
        closures=closures,
        decisions=log,
        replay=replay_of(lambda: roads.current().roads, folder),
        desk=desk,
        reload=ReloadRoads(roads, open_again, fits_in(in_use)),
        answered_once=AnsweredOnce(state.replies, clock),
        callers=callers,
        works_from_memory=state.is_away,
        complete=complete,
        close=close,
    )


def _following(
    in_use: DistrictInUse[Fleet], busy: BusyUnits, desk: OpenAssignments
) -> RecommendsNow:
    """Let the ranking know which units are busy at the desk."""
    busy.follow(desk)
    return RecommendsNow(lambda: in_use.current().recommender)
