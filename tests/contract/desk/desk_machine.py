"""What can be done at the desk, in any order, at either of two services, held to a plain model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from dispatch_router.application.desk.audit import verify
from dispatch_router.application.retries import RequestKey
from dispatch_router.domain.assignments import AssignmentStatus
from dispatch_router.domain.errors import DispatchError
from dispatch_router.storage.desk import SqlDeskStore
from tests.conftest import empty
from tests.contract.desk.plain_model import Model
from tests.desk import SmallDesk, SortedIds, key, small_desk
from tests.small_district import SMALL_DISTRICT, StoppedClock

ANOTHER_UNIT = "p9"
"""The district has none of this id, unless it is changed."""
UNITS = st.sampled_from([*(unit.id for unit in SMALL_DISTRICT.units), ANOTHER_UNIT])
TOWN = [unit.id for unit in SMALL_DISTRICT.units if unit.post_id == "town"]
POSTS = {unit.id: unit.post_id for unit in SMALL_DISTRICT.units} | {ANOTHER_UNIT: "park"}
PRIORITIES = st.integers(1, 3)
# Few, so that they come again with the same request and with another.
KEYS = st.none() | st.sampled_from(["k1", "k2", "k3"])
S = AssignmentStatus
LONG_WAYS = [
    (S.EN_ROUTE,),
    (S.EN_ROUTE, S.ON_SCENE),
    (S.EN_ROUTE, S.ON_SCENE, S.TRANSPORTING),
    (S.EN_ROUTE, S.ON_SCENE, S.TRANSPORTING, S.CLEARED),
]
A_WEEK = 8 * 24 * 60


class DeskMachine(RuleBasedStateMachine):
    incidents = Bundle("incidents")
    assignments = Bundle("assignments")

    def __init__(self, store: SqlDeskStore) -> None:
        super().__init__()
        self.store, self.clock, self.ids = store, StoppedClock(), SortedIds()
        self.model = Model()

    def opened(self) -> SmallDesk:
        """Open a service on the store."""
        return small_desk(self.store, clock=self.clock, ids=self.ids)

    def has_begun(self) -> None:
        """Take note of what opening the services has kept."""

    def hear(self) -> None:
        """Let the service that is asked do what time brings."""
        self.desk.desk.tick()

    @initialize(target=incidents, priorities=st.permutations([1, 2, 3]))
    def begin(self, priorities: list[int]) -> Any:
        empty(self.store._database)
        self.desk, self.other = self.opened(), self.opened()
        self.has_begun()
        return multiple(*(self.file(priority, None) for priority in priorities))

    @rule(target=incidents, priority=PRIORITIES, request=KEYS)
    def file_one(self, priority: int, request: str | None) -> Any:
        return self.file(priority, request)

    def file(self, priority: int, request: str | None) -> Any:
        body = f"file {priority}"
        if self.was_answered(
            request, body, lambda key: self.desk.file(priority=priority, request=key)
        ):
            return multiple()
        made = self.desk.file(priority=priority, request=self.key(request, body))
        self.model.file(made.incident.id, priority)
        self.answered(request, body)
        return made.incident.id

    @rule(incident=incidents, priority=PRIORITIES, kind=st.sampled_from(["fight", "theft"]))
    def correct(self, incident: str, priority: int, kind: str) -> None:
        refusal = None if self.model.status[incident] == "open" else "incident_not_open"
        if self.tried(refusal, lambda: self.desk.correct(incident, priority=priority, type=kind)):
            self.model.correct(incident, priority, kind)

    @rule(
        target=assignments,
        incident=incidents,
        unit=UNITS,
        divert=st.booleans(),
        reason=st.sampled_from([None, "told to"]),
        request=KEYS,
    )
    def reserve_any(
        self, incident: str, unit: str, divert: bool, reason: str | None, request: str | None
    ) -> Any:
        return self.reserve(incident, unit, divert, reason, request)

    def reserve(
        self, incident: str, unit: str, divert: bool, reason: str | None, request: str | None
    ) -> Any:
        body = f"reserve {incident} {unit} {divert} {reason}"

        def do(key: RequestKey | None) -> Any:
            wish = {"divert": divert, "override_reason": reason}
            return self.desk.reserve(incident, unit, request=key, **wish)

        if self.was_answered(request, body, do):
            return multiple()
        is_first = self.first_free(incident) == unit
        refusal = self.model.may_reserve(incident, unit, divert, reason is not None or is_first)
        made = self.tried(refusal, lambda: do(self.key(request, body)))
        if made is None:
            return multiple()
        self.model.reserve(made.id, incident, unit, self.clock.at)
        self.answered(request, body)
        return made.id

    @rule(assignment=assignments, status=st.sampled_from(AssignmentStatus))
    def move_anywhere(self, assignment: str, status: AssignmentStatus) -> None:
        self.move(assignment, status)

    def move(self, assignment: str, status: AssignmentStatus) -> None:
        refusal = self.model.may_move(assignment, status)
        if self.tried(refusal, lambda: self.desk.move(assignment, status)):
            self.model.move(assignment, status, self.clock.at)

    @rule(
        target=assignments,
        assignment=assignments,
        unit=UNITS,
        reason=st.sampled_from([None, "told to"]),
    )
    def hand_over_to_anybody(self, assignment: str, unit: str, reason: str | None) -> Any:
        return self.hand_over(assignment, unit, reason)

    def hand_over(self, assignment: str, unit: str, reason: str | None) -> Any:
        # Every incident of these tests lies in the zone of the town.
        at_post, may_go = POSTS[unit] == "town", reason is not None or self.can_go(unit)
        refusal = self.model.may_hand_over(assignment, unit, at_post, may_go, reason is not None)
        made = self.tried(refusal, lambda: self.desk.hand_over(assignment, unit, reason))
        if made is None:
            return multiple()
        self.model.hand_over(made.id, assignment, unit, self.clock.at)
        return made.id

    # What is seldom drawn by chance is done on purpose too: the long way of an assignment, the
    # diversion, the hand-over that ends with the other unit's arrival.

    @rule(target=assignments, incident=incidents, unit=UNITS, way=st.sampled_from(LONG_WAYS))
    def send(self, incident: str, unit: str, way: tuple[AssignmentStatus, ...]) -> Any:
        made = self.reserve(incident, unit, False, "told to", None)
        return self.follow(made, way)

    @precondition(lambda self: self.model.busy())
    @rule(target=assignments, incident=incidents, data=st.data())
    def divert(self, incident: str, data: st.DataObject) -> Any:
        unit = data.draw(st.sampled_from(sorted(self.model.busy())))
        return self.reserve(incident, unit, True, "told to", None)

    @precondition(lambda self: self.model.busy())
    @rule(target=assignments, data=st.data(), way=st.sampled_from(LONG_WAYS))
    def take_over(self, data: st.DataObject, way: tuple[AssignmentStatus, ...]) -> Any:
        relieved = data.draw(st.sampled_from(self.model.open_ones()))
        made = self.hand_over(relieved, data.draw(st.sampled_from(TOWN)), "told to")
        return self.follow(made, way)

    def follow(self, made: Any, way: tuple[AssignmentStatus, ...]) -> Any:
        if isinstance(made, str):
            for status in way:
                self.move(made, status)
        return made

    # Later, as little can be done with what is closed.
    @precondition(lambda self: len(self.model.assignments) > 2)
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

    @rule(minutes=st.sampled_from([-60, 1, 4, 300, A_WEEK]))
    def wait(self, minutes: int) -> None:
        self.clock.at += timedelta(minutes=minutes)
        self.hear()
        self.model.expire(self.clock.at)

    @rule()
    def restart(self) -> None:
        self.desk = self.opened()

    @rule()
    def ask_the_other_service(self) -> None:
        self.desk, self.other = self.other, self.desk
        # It hears of what the first one has done at its next tick, or by a notice before.
        self.hear()

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
                expected = status, self.model.priority[incident], self.model.kind[incident]
                assert (kept.status, kept.priority, kept.type) == expected
            for key, model in self.model.assignments.items():
                assignment = view.assignment(key)
                assert assignment is not None
                assert assignment.status is model.status
                assert (assignment.since, assignment.incident_id) == (model.since, model.incident)
        assert (audit.findings, audit.events) == ((), self.model.events)

    def first_free(self, incident: str) -> str | None:
        """Return who comes first of those that the latest recommendation names and who are free."""
        with self.store.reading() as view:
            decision = view.latest_decision(incident)
        ranked = () if decision is None else decision.unit_ids
        may_be_sent = (
            unit
            for unit in ranked
            if self.model.is_free(unit) and not self.model.has_declined(incident, unit)
        )
        return next(may_be_sent, None)

    def can_go(self, unit: str) -> bool:  # where nobody says otherwise
        """Whether a unit could be ranked, if it were free."""
        return True

    def key(self, request: str | None, body: str) -> RequestKey | None:
        return None if request is None else key(request, body)

    def was_answered(
        self,
        request: str | None,
        body: str,
        do: Callable[[RequestKey | None], Any],
    ) -> bool:
        """Send a request under a key that was used before, which does nothing a second time."""
        if request is None or request not in self.model.replies:
            return False
        known = self.model.replies[request]
        refusal = None if known.body == body else "idempotency_key_reused"
        assert self.tried(refusal, lambda: do(key(request, body))) is None
        if refusal is None:
            assert self.desk.reply == known.reply
        return True

    def answered(self, request: str | None, body: str) -> None:
        if request is not None:
            self.model.keep_reply(request, body, self.desk.reply, self.clock.at)

    def tried(self, refusal: str | None, do: Callable[[], Any]) -> Any:
        """Do it, and check that it is refused exactly where the model refuses it."""
        if refusal is None:
            return do()
        with pytest.raises(DispatchError) as refused:
            do()
        assert refused.value.code == refusal
        return None
