"""Units on the way to something less urgent are offered where a call is filed or corrected."""

from __future__ import annotations

import pytest

from dispatch_router.web.schemas.incidents import CorrectedReply, FiledReply
from tests.contract.test_http_incidents import CALL, Desk
from tests.memory_database import BreakableDatabase


@pytest.fixture
def desk(http_database: BreakableDatabase) -> Desk:
    return Desk(http_database)


def test_filing_offers_a_unit_that_could_be_diverted_with_what_it_costs_and_saves(
    desk: Desk,
) -> None:
    left = desk.filed(priority=3)
    held = desk.reserved(left, "p1")
    filed = desk.post("/v1/incidents", CALL | {"type": "火警", "priority": 1})
    FiledReply.model_validate_json(filed.content)
    (offer,) = filed.json()["diversions"]
    first = filed.json()["recommendation"]["candidates"][0]
    assert (first["unit_id"], offer["unit_id"]) == ("x1", "p1")
    assert offer["assignment_id"] == held
    assert offer["price"]["incident_id"] == left
    assert offer["price"]["priority"] == 3
    assert offer["price"]["next_best"]["unit_id"] == "x1"
    saved = first["time_to_person_s"] - offer["time_to_person_s"]
    assert offer["saves_s"] == pytest.approx(saved)
    path = f"/v1/incidents/{filed.json()['incident']['id']}"
    assert desk.client.get(f"{path}/diversions").json()["items"] == [offer]


def test_a_correction_that_ranks_again_offers_diversions_too(desk: Desk) -> None:
    desk.reserved(desk.filed(priority=3), "p1")
    answer = desk.post("/v1/incidents", CALL | {"priority": 3}).json()
    assert answer["diversions"] == []
    path = f"/v1/incidents/{answer['incident']['id']}"
    described = desk.patch(path, {"description": "两人"}).json()
    assert (described["recommendation"], described["diversions"]) == (None, [])
    corrected = desk.patch(path, {"priority": 1})
    CorrectedReply.model_validate_json(corrected.content)
    assert [offer["unit_id"] for offer in corrected.json()["diversions"]] == ["p1"]


def test_a_unit_that_would_be_there_later_than_one_that_is_free_is_not_offered_on_filing(
    desk: Desk,
) -> None:
    desk.reserved(desk.filed(priority=3), "r1")
    filed = desk.post("/v1/incidents", CALL | {"priority": 1}).json()
    assert filed["diversions"] == []
    path = f"/v1/incidents/{filed['incident']['id']}/diversions"
    (offer,) = desk.client.get(path).json()["items"]
    assert (offer["unit_id"], offer["saves_s"] < 0) == ("r1", True)
