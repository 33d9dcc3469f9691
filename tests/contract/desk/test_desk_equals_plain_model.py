"""Whatever is done at the desk, in whatever order, it is what the plain model says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from dispatch_router.application.desk.audit import verify
from dispatch_router.domain.assignments import AssignmentStatus
from dispatch_router.domain.errors import DispatchError
from dispatch_router.storage.desk import SqlDeskStore
from tests.conftest import empty
from tests.contract.desk.plain_model import Model
from tests.desk import SortedIds, small_desk
from tests.small_district import SMALL_DISTRICT, StoppedClock

UNITS = st.sampled_from([unit.id for unit in SMALL_DISTRICT.units])
POSTS = {unit.id: unit.post_id for unit in SMALL_DISTRICT.units}


class DeskMachine(RuleBasedStateMachine):
    incidents = Bundle("incidents")
    assignments = Bundle("assignments")

    def __init__(self, store: SqlDeskStore) -> None:
        super().__init__()
        self.store, self.clock, self.ids = store, StoppedClock(), SortedIds()
        self.model = Model()

    @initialize()
    def begin(self) -> None:
        empty(self.store._database)
        self.desk = small_desk(self.store, clock=self.clock, ids=self.ids)

    @rule(target=incidents, priority=st.integers(1, 3))
    def file(self, priority: int) -> str:
        incident = self.desk.file(priority=priority).incident.id
        self.model.status[incident], self.model.priority[incident] = "open", priority
        self.model.events += 1
        return incident

    @rule(incident=incidents, priority=st.integers(1, 3))
    def correct(self, incident: str, priority: int) -> None:
        refusal = None if self.model.status[incident] == "open" else "incident_not_open"
        if self.tried(refusal, lambda: self.desk.correct(incident, priority=priority)):
            self.model.events += self.model.priority[incident] != priority
            self.model.priority[incident] = priority

    @rule(target=assignments, incident=incidents, unit=UNITS, divert=st.booleans())
    def reserve(self, incident: str, unit: str, divert: bool) -> Any:
        refusal = self.model.may_reserve(incident, unit, divert)
        made = self.tried(refusal, lambda: self.desk.reserve(incident, unit, divert=divert))
        if made is None:
            return multiple()
        self.model.reserve(made.id, incident, unit, self.clock.at)
        return made.id

    @rule(assignment=assignments, status=st.sampled_from(AssignmentStatus))
    def move(self, assignment: str, status: AssignmentStatus) -> None:
        refusal = self.model.may_move(assignment, status)
        if self.tried(refusal, lambda: self.desk.move(assignment, status)):
            self.model.move(assignment, status, self.clock.at)

    @rule(target=assignments, assignment=assignments, unit=UNITS)
    def hand_over(self, assignment: str, unit: str) -> Any:
        # Every incident of these tests lies in the zone of the town.
        refusal = self.model.may_hand_over(assignment, unit, POSTS[unit] == "town")
        made = self.tried(refusal, lambda: self.desk.hand_over(assignment, unit))
        if made is None:
            return multiple()
        self.model.hand_over(made.id, assignment, unit, self.clock.at)
        return made.id

    @rule(incident=incidents)
    def close(self, incident: str) -> None:
        if self.tried(self.model.may_close(incident), lambda: self.desk.close(incident)):
            self.model.close(incident)

    @rule(incident=incidents, into=incidents)
    def merge(self, incident: str, into: str) -> None:
        merged_before = self.model.status[incident] == "merged"
        if incident == into or merged_before:
            return
        refusal = self.model.may_merge(incident, into)
        if self.tried(refusal, lambda: self.desk.merge(incident, into)):
            self.model.merge(incident, into)

    @rule(minutes=st.sampled_from([-60, 1, 4, 300]))
    def wait(self, minutes: int) -> None:
        self.clock.at += timedelta(minutes=minutes)
        self.desk.desk.tick()
        self.model.expire(self.clock.at)

    @rule()
    def restart(self) -> None:
        self.desk = small_desk(self.store, clock=self.clock, ids=self.ids)

    @invariant()
    def the_desk_is_what_the_model_says(self) -> None:
        if not hasattr(self, "desk"):
            return
        assert self.desk.busy() == self.model.busy()
        with self.store.reading() as view:
            audit = verify(view)
            for incident, status in self.model.status.items():
                kept = view.incident(incident)
                assert kept is not None
                assert (kept.status, kept.priority) == (status, self.model.priority[incident])
            for key, model in self.model.assignments.items():
                assignment = view.assignment(key)
                assert assignment is not None
                assert assignment.status is model.status
                assert (assignment.since, assignment.incident_id) == (model.since, model.incident)
        assert (audit.findings, audit.events) == ((), self.model.events)

    def tried(self, refusal: str | None, do: Callable[[], Any]) -> Any:
        """Do it, and check that it is refused exactly where the model refuses it."""
        if refusal is None:
            return do()
        with pytest.raises(DispatchError) as refused:
            do()
        assert refused.value.code == refusal
        return None


def test_the_desk_is_what_the_plain_model_says(desk_store: SqlDeskStore) -> None:
    run_state_machine_as_test(
        lambda: DeskMachine(desk_store),
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
