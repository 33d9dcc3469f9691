"""Decisions are noted at once and stored in batches, and no failure of the store stops a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch_router.application import decision_log
from dispatch_router.application.decision_log import DecisionLog, WrittenAnswer
from dispatch_router.application.retention import Retention
from dispatch_router.bootstrap_decisions import records
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.decision_record import Asked
from dispatch_router.domain.recommendation import Recommendation
from tests.decisions import PROGRAM, MemoryDecisions, memory_log
from tests.small_district import NOON_IN_CHINA, SMALL_DISTRICT
from tests.web import small_service

WRITTEN = WrittenAnswer(b"{}", b"{}")
ASKED = Asked(CallQuestion("迎新村"), top=3, with_routes=False)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def made() -> Recommendation:
    return small_service().recommender.recommend(ASKED.question, top=3, with_routes=False)


def note(log: DecisionLog, made: Recommendation, *ids: str) -> None:
    for decision_id in ids:
        log.note(ASKED, replace(made, decision_id=decision_id), WRITTEN)


def test_what_was_noted_is_found_before_and_after_it_is_stored(made: Recommendation) -> None:
    store = MemoryDecisions()
    log = memory_log(store)
    note(log, made, "a", "b")
    noted = log.find("a")
    assert store.records == {}
    log.flush(NOON_IN_CHINA)
    assert set(store.records) == {"a", "b"}
    assert log.find("a") == noted
    assert log.find("c") is None
    assert noted is not None
    assert noted.program == PROGRAM
    assert noted.units == made.units
    assert len(noted.units.statuses) == len(SMALL_DISTRICT.units)


def test_a_store_that_fails_is_tried_again(
    made: Recommendation, caplog: pytest.LogCaptureFixture
) -> None:
    store = MemoryDecisions()
    log = memory_log(store)
    store.broken = True
    note(log, made, "a")
    log.flush(NOON_IN_CHINA)
    assert "not stored yet" in caplog.text
    assert log.find("a") is not None
    store.broken = False
    log.flush(NOON_IN_CHINA)
    assert set(store.records) == {"a"}


def test_what_waits_is_bounded_and_a_loss_is_said(
    made: Recommendation, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decision_log, "MAX_PENDING", 2)
    store = MemoryDecisions()
    log = memory_log(store)
    note(log, made, "a", "b", "c", "d")
    log.flush(NOON_IN_CHINA)
    assert set(store.records) == {"c", "d"}
    assert "2 decisions were not kept" in caplog.text


def test_old_decisions_are_forgotten_by_age_and_by_number(made: Recommendation) -> None:
    store = MemoryDecisions()
    log = DecisionLog(store, records(PROGRAM), Retention(2 * DAY, 3), MemoryDecisions())
    for day, ids in enumerate(("a", "b", "c"), start=0):
        at = NOON_IN_CHINA + day * DAY
        log.note(ASKED, replace(made, decision_id=ids, at=at), WRITTEN)
        log.flush(at)
    assert set(store.records) == {"a", "b", "c"}
    log.note(
        ASKED,
        replace(made, decision_id="d", at=NOON_IN_CHINA + 3 * DAY),
        WrittenAnswer(b"{}", b"{}"),
    )
    log.flush(NOON_IN_CHINA + 3 * DAY)
    assert set(store.records) == {"b", "c", "d"}
    note(log, replace(made, at=NOON_IN_CHINA + 3 * DAY), "e", "f")
    log.flush(NOON_IN_CHINA + 3 * DAY)
    assert set(store.records) == {"d", "e", "f"}
