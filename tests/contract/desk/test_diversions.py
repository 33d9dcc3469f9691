"""Diverting units, on either database: who is offered, how soon, and what the policy allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch_router.domain.desk_errors import NotDivertible
from dispatch_router.domain.desk_policy import DeskPolicy, DiversionPolicy
from dispatch_router.domain.geo import LonLat
from dispatch_router.storage.desk import SqlDeskStore
from tests.desk import S, SmallDesk, small_desk
from tests.small_district import POLICY, small_district

MINUTE = timedelta(minutes=1)
BESIDE_THE_STATION = LonLat(106.205, 29.30)
BESIDE_THE_RIVER = LonLat(106.495, 29.30)


@pytest.fixture
def desk(desk_store: SqlDeskStore) -> SmallDesk:
    return small_desk(desk_store)


def under(store: SqlDeskStore, **rule: object) -> SmallDesk:
    """A desk of a district whose policy has another rule of diversion."""
    desk = DeskPolicy(diversion=DiversionPolicy(**rule))  # type: ignore[arg-type]
    return small_desk(store, district=small_district(policy=replace(POLICY, desk=desk)))


def times_ms(desk: SmallDesk, incident: str) -> dict[str, int]:
    offered = desk.desk.diversions.offered(incident)
    return {each.unit.unit_id: each.unit.time_to_person_ms for each in offered}


def test_a_unit_that_was_sent_needs_only_the_rest_of_its_turn_out(desk: SmallDesk) -> None:
    held = desk.reserve(desk.file(priority=3, where=BESIDE_THE_STATION).incident.id, "t1")
    urgent = desk.file(priority=1, type="fire", where=BESIDE_THE_STATION).incident.id
    whole_ms = times_ms(desk, urgent)["t1"]
    desk.clock.at += MINUTE
    assert times_ms(desk, urgent)["t1"] == whole_ms - 60_000
    desk.clock.at += 10 * MINUTE
    assert times_ms(desk, urgent)["t1"] == whole_ms - 120_000, "the whole of two minutes"
    desk.clock.at -= 60 * MINUTE
    assert times_ms(desk, urgent)["t1"] == whole_ms, "a clock that goes back adds nothing"
    desk.move(held.id, S.EN_ROUTE)
    assert times_ms(desk, urgent)["t1"] == whole_ms - 120_000, "it is rolling"


def test_turn_out_is_that_of_the_hour_of_the_order(desk: SmallDesk) -> None:
    # At 20:00 the rule changes from two minutes to five.
    desk.clock.at += timedelta(hours=7, minutes=59, seconds=30)
    desk.reserve(desk.file(priority=3, where=BESIDE_THE_RIVER).incident.id, "r1")
    urgent = desk.file(priority=1, type="fire", where=BESIDE_THE_RIVER).incident.id
    before_ms = times_ms(desk, urgent)["r1"]
    desk.clock.at += MINUTE
    assert times_ms(desk, urgent)["r1"] == before_ms - 60_000


def test_filing_offers_what_would_be_there_sooner_and_what_that_saves(desk: SmallDesk) -> None:
    left = desk.file(priority=3).incident.id
    desk.reserve(left, "p1")
    desk.reserve(desk.file(priority=2).incident.id, "r1")
    filed = desk.file(priority=1, type="fire")
    (offer,) = filed.diversions
    first = next(c for c in filed.recommendation.candidates if c.unit.id == "x1")
    assert offer.unit.unit_id == "p1"
    assert offer.saves_ms == first.time.total_ms - offer.unit.time_to_person_ms
    assert offer.price.incident_id == left


def test_where_nobody_is_free_every_offer_counts(desk: SmallDesk) -> None:
    for unit in ("t1", "t2", "p1", "x1", "r1"):
        desk.reserve(desk.file(priority=3).incident.id, unit)
    offered = desk.file(priority=1).diversions
    assert len(offered) == 5
    times = [offer.unit.time_to_person_ms for offer in offered]
    assert times == sorted(times)


def test_a_correction_to_something_urgent_offers_units(desk: SmallDesk) -> None:
    desk.reserve(desk.file(priority=3).incident.id, "p1")
    quiet = desk.file(priority=3)
    assert quiet.diversions == ()
    corrected = desk.correct(quiet.incident.id, priority=1)
    assert [offer.unit.unit_id for offer in corrected.diversions] == ["p1"]
    assert desk.correct(quiet.incident.id, description="x").diversions == ()


def test_the_policy_says_which_priorities_may_take_from_which(desk_store: SqlDeskStore) -> None:
    desk = under(desk_store, may_take_from={1: frozenset({3})})
    desk.reserve(desk.file(priority=2).incident.id, "p1")
    desk.reserve(desk.file(priority=3).incident.id, "x1")
    urgent = desk.file(priority=1, type="fire").incident.id
    assert list(times_ms(desk, urgent)) == ["x1"]
    with pytest.raises(NotDivertible):
        desk.reserve(urgent, "p1", divert=True)
    middle = desk.file(priority=2, type="flood").incident.id
    assert times_ms(desk, middle) == {}
    with pytest.raises(NotDivertible):
        desk.reserve(middle, "x1", divert=True)
    assert desk.reserve(urgent, "x1", divert=True).unit_id == "x1"


def test_the_policy_says_how_far_a_unit_may_be(desk_store: SqlDeskStore) -> None:
    desk = under(desk_store, statuses=frozenset({S.DISPATCHED}))
    held = desk.reserve(desk.file(priority=3).incident.id, "p1")
    urgent = desk.file(priority=1, type="fire").incident.id
    assert list(times_ms(desk, urgent)) == ["p1"]
    desk.move(held.id, S.EN_ROUTE)
    assert times_ms(desk, urgent) == {}
    with pytest.raises(NotDivertible):
        desk.reserve(urgent, "p1", divert=True)


def test_limits_and_duplicates_are_the_district_s_too(desk_store: SqlDeskStore) -> None:
    policy = DeskPolicy(
        limits=replace(DeskPolicy().limits, dispatched_s=60.0),
        duplicates=replace(DeskPolicy().duplicates, within_s=120.0),
    )
    desk = small_desk(desk_store, district=small_district(policy=replace(POLICY, desk=policy)))
    desk.reserve(desk.file().incident.id, "p1")
    assert len(desk.file().duplicates) == 1
    desk.clock.at += timedelta(seconds=61)
    desk.desk.tick()
    assert desk.busy() == {}
    desk.clock.at += timedelta(seconds=60)
    assert desk.file().duplicates == ()
