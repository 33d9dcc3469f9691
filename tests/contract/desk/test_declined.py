"""Units that have declined an incident are not asked for it again, on either database."""

from __future__ import annotations

import pytest

from dispatch_router.domain.desk_errors import OverrideReasonRequired, UnitTaken
from dispatch_router.storage.desk import SqlDeskStore
from tests.desk import S, SmallDesk, small_desk


@pytest.fixture
def desk(desk_store: SqlDeskStore) -> SmallDesk:
    return small_desk(desk_store)


@pytest.fixture
def incident(desk: SmallDesk) -> str:
    """An incident whose first unit, p1, has declined it; then come x1, t1 and t2."""
    incident = desk.file().incident.id
    desk.move(desk.reserve(incident, "p1").id, S.DECLINED)
    return incident


def test_once_the_first_has_declined_the_second_needs_no_reason(
    desk: SmallDesk, incident: str
) -> None:
    assert desk.reserve(incident, "x1", override_reason=None).unit_id == "x1"


def test_a_unit_that_has_declined_is_sent_again_with_a_reason_alone(
    desk: SmallDesk, incident: str
) -> None:
    with pytest.raises(OverrideReasonRequired, match="has declined this incident: x1 is the first"):
        desk.reserve(incident, "p1", override_reason=None)
    assert desk.reserve(incident, "p1", override_reason="asked by radio").unit_id == "p1"


def test_it_is_still_the_first_for_another_incident(desk: SmallDesk, incident: str) -> None:
    other = desk.file().incident.id
    assert desk.reserve(other, "p1", override_reason=None).incident_id == other != incident


def test_it_is_not_named_as_the_next_best(desk: SmallDesk, incident: str) -> None:
    desk.reserve(desk.file().incident.id, "x1")
    with pytest.raises(UnitTaken) as refused:
        desk.reserve(incident, "x1")
    assert refused.value.next_best is not None
    assert refused.value.next_best.unit_id == "t1"


def test_it_is_not_counted_on_where_a_unit_is_diverted(desk: SmallDesk, incident: str) -> None:
    desk.reserve(incident, "x1")
    urgent = desk.file(priority=1, type="fire").incident.id
    (offer,) = desk.desk.diversions.offered(urgent)
    assert offer.unit.unit_id == "x1"
    assert offer.price.next_best is not None
    assert offer.price.next_best.unit_id == "t1"


def test_it_is_not_offered_from_another_incident_either(desk: SmallDesk) -> None:
    urgent = desk.file(priority=1).incident.id
    desk.move(desk.reserve(urgent, "p1").id, S.DECLINED)
    desk.reserve(desk.file(priority=3).incident.id, "p1")
    assert desk.desk.diversions.offered(urgent) == []


def test_a_hand_over_to_it_needs_a_reason(desk: SmallDesk, incident: str) -> None:
    desk.move(desk.reserve(incident, "t1").id, S.DECLINED)
    held = desk.reserve(incident, "x1")
    with pytest.raises(OverrideReasonRequired, match="t1 has declined this incident"):
        desk.hand_over(held.id, "t1")
    assert desk.hand_over(held.id, "t1", "its own zone").override_reason == "its own zone"
