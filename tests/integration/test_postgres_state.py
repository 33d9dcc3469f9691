"""State in PostgreSQL: services hear of each other, and the database may go and come back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from dispatch_router.application.busy_units import nobody
from dispatch_router.application.close_roads import CloseRoads
from dispatch_router.application.closure_drafts import ClosureDraft
from dispatch_router.application.crews import Crews
from dispatch_router.application.desk.audit import verify
from dispatch_router.application.desk.kept_before import tell_of_what_was_kept_before
from dispatch_router.application.district.expected import Expected
from dispatch_router.application.district.in_use import DistrictInUse
from dispatch_router.application.district.now import Assembly
from dispatch_router.application.road_conditions import RoadConditions
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.closures import NamedRoad
from dispatch_router.domain.errors import InvalidState, StorageUnavailable
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.resources import ResourceKey, ResourceKind
from dispatch_router.domain.unit_status import StatedStatus, UnitStatus
from dispatch_router.storage.postgres import PostgresState, open_postgres_state
from dispatch_router.storage.sqlite.migrations import STEPS
from tests.desk import SmallDesk, SortedIds, small_desk
from tests.fake_roads import StraightRoads
from tests.postgres import PostgresServer, postgres_server, require_postgres, wait_until_answered
from tests.resources import district_in_use
from tests.small_district import SMALL_DISTRICT, StoppedClock
from tests.units import Desk, MemoryUnits

HEARD_WITHIN_S = 5.0
CLOCK = StoppedClock()
RESTS = StatedStatus(UnitStatus.REST, CLOCK.at)


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    return postgres.new_database()


def eventually(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + HEARD_WITHIN_S
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def two(url: str) -> Iterator[tuple[PostgresState, PostgresState]]:
    states = open_postgres_state(url), open_postgres_state(url)
    yield states
    for state in states:
        state.close()


def closing(state: PostgresState, ids: SortedIds) -> CloseRoads:
    in_use = RoadsInUse(StraightRoads(), Crews(SMALL_DISTRICT))
    conditions = RoadConditions(in_use, (), ZoneInfo(SMALL_DISTRICT.timezone))
    return CloseRoads(in_use, conditions, state.closures, StoppedClock(), ids)


def test_what_one_service_reserves_the_other_knows_at_once(
    two: tuple[PostgresState, PostgresState],
) -> None:
    here, there = small_desk(two[0].desk), small_desk(two[1].desk, ids=SortedIds("other"))
    two[1].watch(there.desk.events.catch_up)
    incident = here.file().incident.id
    here.reserve(incident, "p1")
    eventually(lambda: there.busy() == {"p1": incident})


def test_a_road_that_one_service_closes_is_closed_for_the_other(
    two: tuple[PostgresState, PostgresState],
) -> None:
    here, there = closing(two[0], SortedIds("a")), closing(two[1], SortedIds("b"))
    two[1].watch(there.catch_up)
    (made,) = here.add([ClosureDraft(NamedRoad("直路"), "塌方")], batch=False)

    def listed() -> list[str]:
        page, _ = there.page(after=None, limit=9, in_force=True)
        return [each.id for each in page]

    eventually(lambda: listed() == [made.id])
    here.lift(made.id)
    eventually(lambda: listed() == [])


def test_a_road_is_opened_by_a_service_that_has_not_heard_of_its_closure_yet(
    two: tuple[PostgresState, PostgresState],
) -> None:
    here, there = closing(two[0], SortedIds("a")), closing(two[1], SortedIds("b"))
    (made,) = here.add([ClosureDraft(NamedRoad("直路"), "塌方")], batch=False)
    lifted = there.lift(made.id)
    assert lifted is not None
    assert lifted.record.lifted_at is not None
    here.catch_up()
    assert here.page(after=None, limit=9, in_force=True) == ([], None)


def changing(state: PostgresState) -> tuple[DistrictInUse[Any], SmallDesk]:
    roads, units, clock = RoadsInUse(StraightRoads(), Crews(SMALL_DISTRICT)), MemoryUnits(), CLOCK
    assembly = Assembly(roads, units, units, clock, SortedIds(), lambda _: None, nobody)
    district = district_in_use(assembly, SMALL_DISTRICT, state.desk, clock)
    desk = small_desk(state.desk)
    district.follow(desk.desk.events)

    def hear() -> None:
        desk.desk.events.catch_up()
        district.catch_up()

    state.watch(hear)
    return district, desk


def test_what_one_service_changes_of_the_district_the_other_takes_over_at_once(
    two: tuple[PostgresState, PostgresState],
) -> None:
    (here, _), (there, _) = changing(two[0]), changing(two[1])
    park, p1 = ResourceKey(ResourceKind.POSTS, "park"), ResourceKey(ResourceKind.UNITS, "p1")
    at_park = CallQuestion(LonLat(106.29, 29.30))

    def first() -> str:
        return there.current().recommender.recommend(at_park).candidates[0].unit.id

    assert first() == "p1"
    moved = {**here.current().resources[park].members, "position": {"lon": 106.6, "lat": 29.3}}
    here.put(park, moved, Expected())
    eventually(lambda: first() == "x1")
    here.remove(p1, Expected())
    eventually(lambda: "p1" not in there.current().unit_posts)
    assert there.current().district == here.current().district


def test_a_status_told_to_one_service_reaches_the_other_and_its_listeners_at_once(
    two: tuple[PostgresState, PostgresState],
) -> None:
    there = small_desk(two[1].desk)
    heard: list[str | None] = []
    there.desk.events.subscribe(lambda events: heard.extend(each.resource for each in events))
    units = Desk(store=two[1].units)
    two[1].watch(there.desk.events.catch_up, units.units.catch_up)
    two[0].units.keep_status("p1", RESTS)
    eventually(lambda: units.reason("p1") == "out_of_service" and heard == ["units/p1/status"])


def test_whatever_services_change_at_once_is_one_chain(
    two: tuple[PostgresState, PostgresState],
) -> None:
    def change(state: PostgresState, name: str) -> None:
        desk, roads = small_desk(state.desk, ids=SortedIds(name)), closing(state, SortedIds(name))
        for _ in range(10):
            desk.file()
            (made,) = roads.add([ClosureDraft(NamedRoad("直路"), "塌方")], batch=False)
            state.units.keep_status("p1", RESTS)
            roads.lift(made.id)

    tell_of_what_was_kept_before(two[0].desk, CLOCK.now())
    both = [threading.Thread(target=change, args=each) for each in zip(two, "ab", strict=True)]
    for service in both:
        service.start()
    for service in both:
        service.join()
    with two[0].desk.reading() as view:
        audit = verify(view)
    assert (audit.events, audit.findings) == (80, ())


def test_what_an_older_version_kept_is_told_of_once_whoever_starts(url: str) -> None:
    older = open_postgres_state(url)
    older.units.keep_status("p1", RESTS)
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM events")
    starts = [
        threading.Thread(target=tell_of_what_was_kept_before, args=(older.desk, CLOCK.now()))
        for _ in range(4)
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    with older.desk.reading() as view:
        audit = verify(view)
    assert (audit.events, audit.findings) == (1, ())
    older.close()


def test_many_services_that_start_at_once_make_the_schema_once(url: str) -> None:
    opened: list[PostgresState] = []
    starts = [
        threading.Thread(target=lambda: opened.append(open_postgres_state(url))) for _ in range(6)
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(opened) == 6
    for state in opened:
        state.close()
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT taken FROM schema_steps ORDER BY taken").fetchall()
    assert rows == [(number,) for number in range(1, len(STEPS) + 1)]


def test_the_schema_of_a_newer_version_is_refused(url: str) -> None:
    open_postgres_state(url).close()
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO schema_steps (taken) VALUES (99)")
    with pytest.raises(InvalidState, match="newer version"):
        open_postgres_state(url)


def test_a_server_that_is_not_there_is_named_by_its_setting() -> None:
    with pytest.raises(InvalidState, match="DISPATCH_DATABASE_URL") as refused:
        open_postgres_state("postgresql://someone:secret@127.0.0.1:1/nowhere")
    assert "secret" not in refused.value.detail + refused.value.detail_zh


def file_until_it_works(desk: SmallDesk) -> None:
    def is_filed() -> bool:
        try:
            desk.file()
        except StorageUnavailable:
            return False
        return True

    eventually(is_filed)


def test_while_the_server_is_away_changes_are_refused_at_once_and_afterwards_go_on(
    tmp_path: Path,
) -> None:
    require_postgres()
    with postgres_server() as server:
        url = server.new_database()
        state = open_postgres_state(url)
        desk = small_desk(state.desk)
        state.watch(desk.desk.events.catch_up)
        incident = desk.file().incident.id
        desk.reserve(incident, "p1")
        server.stop("immediate")
        for _ in range(8):
            begun = time.monotonic()
            with pytest.raises(StorageUnavailable):
                desk.file()
            assert time.monotonic() - begun < 2
        # What was known stays known.
        assert desk.busy() == {"p1": incident}
        server.start()
        wait_until_answered(url)
        file_until_it_works(desk)
        assert desk.desk.incidents.read(incident).incident.id == incident
        state.close()
