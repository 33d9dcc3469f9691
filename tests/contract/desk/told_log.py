"""The events replayed: what somebody knows who hears the log and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dispatch_router.application.desk.ports import DeskView
from dispatch_router.domain.event_log import Event, EventKind
from tests.contract.desk.plain_model import OPEN
from tests.contract.desk.plain_whole import WholeModel


class ToldLog:
    """Follows the log; each look reads on from where the last one ended."""

    def __init__(self) -> None:
        self.count = 0
        self.states: dict[str, Mapping[str, Any]] = {}
        self.holders: dict[str, str] = {}

    def read_on(self, view: DeskView) -> None:
        for event in view.events_after(self.count, 1_000):
            self._hear(event)
            self.count = event.number

    def _hear(self, event: Event) -> None:
        if event.kind is EventKind.RESOURCE_REMOVED:
            del self.states[event.subject_id]
            return
        self.states[event.subject_id] = event.state
        if event.assignment_id is not None:
            self._give(event.assignment_id, event.state)

    def _give(self, assignment: str, state: Mapping[str, Any]) -> None:
        unit, is_open = state["unit_id"], state["status"] in OPEN
        holder = self.holders.get(unit)
        if is_open:
            assert holder in {None, assignment}, (unit, holder, assignment)
            self.holders[unit] = assignment
        elif holder == assignment:
            del self.holders[unit]

    def tells(self, model: WholeModel) -> None:
        """Hold what was heard to the model: nothing is missing, and nothing more is there."""
        assert self.holders == {model.assignments[key].unit: key for key in model.open_ones()}
        assert self._of("status") == {
            **model.status,
            **{key: each.status for key, each in model.assignments.items()},
            **{f"units/{key}/status": each.status for key, each in model.statuses.items()},
        }
        assert {key: at is not None for key, at in self._of("lifted_at").items()} == {
            f"closures/{key}": each.is_lifted for key, each in model.closures.items()
        }
        assert self._of("members") == {str(key): each for key, each in model.resources.items()}

    def _of(self, member: str) -> dict[str, Any]:
        return {key: state[member] for key, state in self.states.items() if member in state}
