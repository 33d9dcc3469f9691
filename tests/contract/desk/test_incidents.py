"""Incidents at the desk, on either database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from dispatch_router.application.desk.advice import AdviceWish
from dispatch_router.application.desk.incident_records import Filed
from dispatch_router.application.retries import Answer
from dispatch_router.domain.desk_errors import IncidentInUse, IncidentNotOpen, UnknownIncident
from dispatch_router.domain.errors import (
    IdempotencyKeyReused,
    InvalidQuestion,
    OutsideDistrict,
    UnknownPlace,
)
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.incidents import Incident, IncidentStatus
from dispatch_router.domain.response import Response
from dispatch_router.storage.desk import SqlDeskStore
from tests.desk import S, SmallDesk, draft, key, small_desk
from tests.small_district import NOON_IN_CHINA

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(desk_store: SqlDeskStore) -> SmallDesk:
    return small_desk(desk_store)


def kept(desk: SmallDesk, incident: Incident) -> Incident:
    return desk.desk.incidents.read(incident.id).incident


def test_what_is_filed_is_kept_and_answered_with_who_should_go(desk: SmallDesk) -> None:
    filed = desk.file(description="两人打架", external_id="110-17", uncertainty_m=50.0)
    assert filed.recommendation.candidates[0].unit.id == "p1"
    assert filed.duplicates == ()
    assert kept(desk, filed.incident) == filed.incident
    assert filed.incident == Incident(
        id=filed.incident.id,
        position=LonLat(106.29, 29.30),
        place=None,
        uncertainty_m=50.0,
        type="fight",
        priority=2,
        response=Response.ROUTINE,
        reported_at=NOON_IN_CHINA,
        filed_at=NOON_IN_CHINA,
        external_id="110-17",
        description="两人打架",
        zone_id="west",
        responsible_post_id="town",
    )


def test_a_place_of_the_gazetteer_becomes_a_position(desk: SmallDesk) -> None:
    incident = desk.file(where="迎新").incident
    assert (incident.place, incident.position) == ("迎新", LonLat(106.34, 29.30))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"where": "nowhere"}, UnknownPlace),
        ({"where": LonLat(10.0, 50.0)}, OutsideDistrict),
        ({"priority": 4}, InvalidQuestion),
        ({"reported_at": NOON_IN_CHINA + timedelta(hours=1)}, InvalidQuestion),
        ({"reported_at": NOON_IN_CHINA - timedelta(days=8)}, InvalidQuestion),
    ],
)
def test_what_cannot_be_understood_is_refused_and_not_kept(
    desk: SmallDesk, changes: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        desk.file(**changes)
    assert desk.desk.incidents.page(after=None, limit=9, status=None) == ([], None)


def test_a_retry_gets_the_first_answer_and_files_nothing(desk: SmallDesk) -> None:
    replies = []
    for count in range(3):
        answer = Answer(lambda filed, count=count: f"{count}".encode(), key("k", "body"))
        replies.append(desk.desk.incidents.file(draft(), AdviceWish(), answer))
    assert replies == [b"0", b"0", b"0"]
    page, _ = desk.desk.incidents.page(after=None, limit=9, status=None)
    assert len(page) == 1


def test_a_retry_gets_the_first_answer_also_once_its_place_is_known_no_more(
    desk: SmallDesk,
) -> None:
    def answer(text: str) -> Answer[Filed]:
        return Answer(lambda _: text.encode(), key("k", "body"))

    desk.desk.incidents.file(draft(), AdviceWish(), answer("first"))
    gone = draft(where="a place that was taken out of the gazetteer")
    assert desk.desk.incidents.file(gone, AdviceWish(), answer("second")) == b"first"


def test_of_equal_requests_at_once_one_is_done_and_all_are_answered_with_it(
    desk: SmallDesk,
) -> None:
    def file(number: int) -> bytes:
        answer: Answer[Filed] = Answer(lambda _: b"%d" % number, key("k", "body"))
        return desk.desk.incidents.file(draft(), AdviceWish(), answer)

    with ThreadPoolExecutor(8) as pool:
        replies = set(pool.map(file, range(24)))
    page, _ = desk.desk.incidents.page(after=None, limit=99, status=None)
    assert (len(page), len(replies)) == (1, 1)


def test_a_key_that_was_used_for_something_else_is_refused(desk: SmallDesk) -> None:
    desk.file(request=key("k", "one body"))
    with pytest.raises(IdempotencyKeyReused):
        desk.file(request=key("k", "another body"))


def test_a_key_is_forgotten_after_a_week(desk: SmallDesk) -> None:
    desk.file(request=key("k", "one body"))
    desk.clock.at += timedelta(days=7, seconds=1)
    desk.file(request=key("other"))
    assert desk.file(request=key("k", "another body")) is not None


def test_calls_of_the_same_type_nearby_within_half_an_hour_are_likely_one(
    desk: SmallDesk,
) -> None:
    first = desk.file().incident
    desk.clock.at += 10 * MINUTE
    near = LonLat(106.2905, 29.3005)
    (duplicate,) = desk.file(where=near).duplicates
    assert duplicate.incident_id == first.id
    assert duplicate.distance_m == pytest.approx(73.9, abs=0.5)
    assert duplicate.apart_s == 600.0
    assert desk.file(where=near, type="theft").duplicates == ()
    assert desk.file(where=LonLat(106.30, 29.30)).duplicates == ()
    desk.clock.at += 31 * MINUTE
    assert desk.file(where=near).duplicates == ()


def test_an_equal_external_id_is_a_duplicate_however_far(desk: SmallDesk) -> None:
    first = desk.file(external_id="110-1").incident
    (duplicate,) = desk.file(external_id="110-1", type="theft", where="双福").duplicates
    assert (duplicate.incident_id, duplicate.same_external_id) == (first.id, True)


def test_a_merged_incident_takes_its_units_along(desk: SmallDesk) -> None:
    first, second = desk.file().incident, desk.file().incident
    assignment = desk.reserve(second.id, "p1")
    shown = desk.merge(second.id, first.id).shown
    assert [a.id for a in shown.assignments] == [assignment.id]
    assert desk.busy() == {"p1": first.id}
    merged = kept(desk, second)
    assert (merged.status, merged.merged_into) == (IncidentStatus.MERGED, first.id)
    with pytest.raises(IncidentNotOpen):
        desk.reserve(second.id, "t1")
    assert desk.merge(second.id, first.id).incident.id == first.id
    with pytest.raises(InvalidQuestion):
        desk.merge(first.id, first.id)


def test_a_new_place_recommends_again_and_says_what_changed(desk: SmallDesk) -> None:
    incident = desk.file(uncertainty_m=100.0).incident
    corrected = desk.correct(incident.id, location="双福", description="在镇上")
    assert corrected.changed == ("location", "uncertainty_m", "description")
    assert corrected.first_before.unit_id == "p1"
    assert corrected.recommendation.candidates[0].unit.id == "r1"
    now = kept(desk, incident)
    assert (now.position, now.version, now.zone_id) == (LonLat(106.47, 29.30), 2, None)
    assert desk.desk.incidents.read(incident.id).decision_id == corrected.recommendation.decision_id


def test_another_type_recommends_again_for_it_may_need_other_units(desk: SmallDesk) -> None:
    incident = desk.file().incident
    corrected = desk.correct(incident.id, type="theft")
    assert corrected.changed == ("type",)
    assert corrected.recommendation.candidates[0].unit.id == corrected.first_before.unit_id
    assert desk.correct(incident.id, type="theft").changed == ()


def test_what_the_ranking_does_not_depend_on_recommends_nothing(desk: SmallDesk) -> None:
    incident = desk.file().incident
    corrected = desk.correct(incident.id, description="neighbours")
    assert (corrected.changed, corrected.recommendation) == (("description",), None)
    assert desk.correct(incident.id, description="neighbours").changed == ()
    assert kept(desk, incident).version == 2


def test_an_incident_is_closed_once_no_unit_is_on_it(desk: SmallDesk) -> None:
    incident = desk.file().incident
    assignment = desk.reserve(incident.id, "p1")
    with pytest.raises(IncidentInUse, match="p1"):
        desk.close(incident.id)
    desk.move(assignment.id, S.EN_ROUTE, S.ON_SCENE, S.CLEARED)
    desk.clock.at += MINUTE
    closed = desk.close(incident.id, "调解").incident
    assert (closed.status, closed.closed_at) == (IncidentStatus.CLOSED, desk.clock.at)
    desk.clock.at += MINUTE
    assert desk.close(incident.id, "again").incident == closed
    with pytest.raises(IncidentNotOpen):
        desk.correct(incident.id, priority=1)


def test_an_incident_that_nobody_filed_is_unknown(desk: SmallDesk) -> None:
    for do in (desk.close, desk.desk.incidents.read, lambda i: desk.reserve(i, "p1")):
        with pytest.raises(UnknownIncident):
            do("nobody")


def test_incidents_are_listed_as_they_were_filed_in_pages(desk: SmallDesk) -> None:
    filed = [desk.file().incident for _ in range(5)]
    desk.close(filed[1].id)
    page, cursor = desk.desk.incidents.page(after=None, limit=2, status=IncidentStatus.OPEN)
    assert ([i.id for i in page], cursor) == ([filed[0].id, filed[2].id], filed[2].id)
    page, cursor = desk.desk.incidents.page(after=cursor, limit=2, status=IncidentStatus.OPEN)
    assert ([i.id for i in page], cursor) == ([filed[3].id, filed[4].id], None)
    page, _ = desk.desk.incidents.page(after=None, limit=9, status=None)
    assert len(page) == 5
