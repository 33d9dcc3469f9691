"""What an incident was decided from is kept with it, on either database, or nothing is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from dispatch_router.application.desk.advice import AdviceWish
from dispatch_router.application.desk.incident_records import Filed
from dispatch_router.application.retention import Retention
from dispatch_router.application.retries import Answer
from dispatch_router.domain.decision_record import DecisionRecord
from dispatch_router.storage.decisions import SqlDeskDecisions
from dispatch_router.storage.desk import SqlDeskStore
from dispatch_router.storage.kept_for import KeptFor
from tests.decisions import straight_replay
from tests.desk import SmallDesk, draft, key, small_desk
from tests.fake_roads import StraightRoads

DAY = timedelta(days=1)


@dataclass
class Place:
    """A desk, and the records that its store has."""

    store: SqlDeskStore
    desk: SmallDesk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = small_desk(self.store)

    def record(self, decision_id: str) -> DecisionRecord | None:
        return SqlDeskDecisions(self.store._database).get(decision_id)

    def filed(self) -> str:
        return self.desk.file().recommendation.decision_id


@pytest.fixture
def place(desk_store: SqlDeskStore) -> Place:
    return Place(desk_store)


def test_the_decision_of_an_incident_can_be_made_again_once_it_is_filed(place: Place) -> None:
    filed = place.desk.file(where="迎新")
    record = place.record(filed.recommendation.decision_id)
    assert record is not None
    assert record.reply == filed.reply
    assert record.asked.question.where == "迎新"
    assert straight_replay(StraightRoads())(record).identical


def test_so_can_that_of_a_correction(place: Place) -> None:
    incident = place.desk.file().incident.id
    corrected = place.desk.correct(incident, priority=1)
    record = place.record(corrected.recommendation.decision_id)
    assert record is not None
    assert record.reply == corrected.reply
    assert record.asked.question.priority == 1
    assert straight_replay(StraightRoads())(record).identical


def test_what_is_not_filed_leaves_no_decision(place: Place) -> None:
    made: list[str] = []

    def fail(filed: Filed) -> bytes:
        made.append(filed.recommendation.decision_id)
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        place.desk.desk.incidents.file(draft(), AdviceWish(), Answer(fail))
    assert place.record(made[0]) is None


def test_a_retry_leaves_no_second_decision(place: Place) -> None:
    first = place.desk.file(request=key("k")).recommendation.decision_id
    place.desk.file(request=key("k"))
    with place.store._database.reading() as connection:
        rows = connection.execute("SELECT id FROM desk_decisions").fetchall()
    assert [row[0] for row in rows] == [first]


def test_the_oldest_are_forgotten_by_age_and_by_number(place: Place) -> None:
    kept_for = KeptFor(records=Retention(2 * DAY, 3), forgotten_every=1)
    place.desk = small_desk(SqlDeskStore(place.store._database, kept_for))
    ids = [place.filed() for _ in range(5)]
    assert [place.record(each) is not None for each in ids] == [False, False, True, True, True]
    place.desk.clock.at += 3 * DAY
    newest = [place.filed(), place.filed()]
    assert [place.record(each) is not None for each in ids] == [False] * 5
    assert all(place.record(each) is not None for each in newest)


def test_what_is_too_old_goes_with_every_so_manyth_change(place: Place) -> None:
    kept_for = KeptFor(records=Retention(2 * DAY, 1), forgotten_every=3)
    place.desk = small_desk(SqlDeskStore(place.store._database, kept_for))
    ids = [place.filed() for _ in range(5)]
    assert [place.record(each) is not None for each in ids] == [False, False, True, True, True]
    newest = place.filed()
    assert [place.record(each) is not None for each in (*ids, newest)] == [False] * 5 + [True]


def test_what_decisions_share_is_kept_once_and_goes_with_the_last_of_them(place: Place) -> None:
    kept_for = KeptFor(records=replace(KeptFor().records, most=2), forgotten_every=1)
    place.desk = small_desk(SqlDeskStore(place.store._database, kept_for))
    for _ in range(6):
        place.filed()
    with place.store._database.reading() as connection:
        (pieces,) = connection.execute("SELECT count(*) FROM desk_pieces").fetchone()
        (decisions,) = connection.execute("SELECT count(*) FROM desk_decisions").fetchone()
    assert (decisions, pieces) == (2, 3)
