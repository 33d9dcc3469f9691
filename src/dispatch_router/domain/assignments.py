"""Assignments (派警): one unit reserved for one incident, step by step.

::

    dispatched -> en_route -> on_scene -> (transporting) -> cleared
        |             |           |            |
        |             +-----------+------------+-> cancelled, expired
        +-> declined, cancelled, expired

A report may be lost on the way. Who is on the scene has driven there, and who takes somebody away
was on the scene: steps that were not reported are filled in, and marked so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dispatch_router.domain.desk_errors import IllegalTransition

MAX_REASON_CHARACTERS: Final = 500


class AssignmentStatus(StrEnum):
    """Where an assignment stands."""

    DISPATCHED = "dispatched"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    TRANSPORTING = "transporting"
    CLEARED = "cleared"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"


_S = AssignmentStatus
OPEN_STATUSES: Final = frozenset({_S.DISPATCHED, _S.EN_ROUTE, _S.ON_SCENE, _S.TRANSPORTING})
NEXT_STATUSES: Final[Mapping[AssignmentStatus, frozenset[AssignmentStatus]]] = MappingProxyType(
    {
        _S.DISPATCHED: frozenset({_S.EN_ROUTE, _S.CANCELLED, _S.DECLINED, _S.EXPIRED}),
        _S.EN_ROUTE: frozenset({_S.ON_SCENE, _S.CANCELLED, _S.EXPIRED}),
        _S.ON_SCENE: frozenset({_S.TRANSPORTING, _S.CLEARED, _S.CANCELLED, _S.EXPIRED}),
        _S.TRANSPORTING: frozenset({_S.CLEARED, _S.CANCELLED, _S.EXPIRED}),
        _S.CLEARED: frozenset(),
        _S.CANCELLED: frozenset(),
        _S.DECLINED: frozenset(),
        _S.EXPIRED: frozenset(),
    }
)
FILLED_IN: Final[Mapping[tuple[AssignmentStatus, AssignmentStatus], tuple[_S, ...]]] = (
    MappingProxyType(
        {
            (_S.DISPATCHED, _S.ON_SCENE): (_S.EN_ROUTE,),
            (_S.DISPATCHED, _S.TRANSPORTING): (_S.EN_ROUTE, _S.ON_SCENE),
            (_S.EN_ROUTE, _S.TRANSPORTING): (_S.ON_SCENE,),
        }
    )
)
"""What must have been between two statuses. Nobody is cleared by this: who was never there is
cancelled."""
BY_TIME_ALONE: Final = frozenset({_S.EXPIRED})
"""What nobody can ask for."""


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """How long an assignment may stand still; after that it expires and its unit is free.

    The first is for a unit that does not answer; the others are for what everybody forgot.

    Attributes:
        dispatched_s: until the unit says that it goes.
        en_route_s: until it arrives.
        on_scene_s: until it goes on or is free.
        transporting_s: until it is free.
    """

    dispatched_s: float = 180.0
    en_route_s: float = 14_400.0
    on_scene_s: float = 86_400.0
    transporting_s: float = 28_800.0

    def of(self, status: AssignmentStatus) -> timedelta:
        """Return the limit of one open status."""
        limits_s = {
            _S.DISPATCHED: self.dispatched_s,
            _S.EN_ROUTE: self.en_route_s,
            _S.ON_SCENE: self.on_scene_s,
            _S.TRANSPORTING: self.transporting_s,
        }
        return timedelta(seconds=limits_s[status])


@dataclass(frozen=True, slots=True)
class Step:
    """One status, and since when.

    Attributes:
        hospital_id: while transporting, where to; None where nobody said.
        filled_in: nobody reported it; it was no later than ``at``.
    """

    status: AssignmentStatus
    at: datetime
    hospital_id: str | None = None
    filled_in: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """One unit for one incident.

    Attributes:
        steps: every status that it had, oldest first; times never go back.
        decision_id: the recommendation that the dispatcher looked at.
        override_reason: why another unit than the first was taken.
        reason: why it was cancelled or declined.
        diverted_from: the assignment that the unit was taken from.
        relieves: the assignment that is over once this unit is on the scene.
    """

    id: str
    incident_id: str
    unit_id: str
    steps: tuple[Step, ...]
    decision_id: str | None = None
    override_reason: str | None = None
    reason: str | None = None
    diverted_from: str | None = None
    relieves: str | None = None
    version: int = field(default=1)

    @property
    def status(self) -> AssignmentStatus:
        """Where it stands."""
        return self.steps[-1].status

    @property
    def since(self) -> datetime:
        """When it came to stand there."""
        return self.steps[-1].at

    @property
    def hospital_id(self) -> str | None:
        """Where it took, or takes, somebody; None where to no hospital, or nobody said."""
        return next((step.hospital_id for step in self.steps if step.hospital_id), None)

    @property
    def is_open(self) -> bool:
        """Whether it keeps its unit busy."""
        return self.status in OPEN_STATUSES

    def moved_through(
        self,
        status: AssignmentStatus,
        at: datetime,
        reason: str | None = None,
        hospital_id: str | None = None,
    ) -> tuple[Assignment, ...]:
        """Return the assignment after each step on the way to ``status``, that one the last.

        Args and errors are those of ``moved``.
        """
        stages, assignment = [], self
        for missing in FILLED_IN.get((self.status, status), ()):
            assignment = assignment.moved(missing, at, filled_in=True)
            stages.append(assignment)
        return (*stages, assignment.moved(status, at, reason, hospital_id))

    def moved(
        self,
        status: AssignmentStatus,
        at: datetime,
        reason: str | None = None,
        hospital_id: str | None = None,
        *,
        filled_in: bool = False,
    ) -> Assignment:
        """Return the assignment one step further; a step that it took already changes nothing.

        Args:
            status: the next one.
            at: now; a clock that went back does not make the step earlier than the one before.
            reason: why, for what ends it early.
            hospital_id: where to, for transporting; another one than before is a change of that
                step, which keeps its time.
            filled_in: nobody reported the step.

        Raises:
            IllegalTransition: that step does not follow, or goes to no hospital.
        """
        if hospital_id is not None and status is not AssignmentStatus.TRANSPORTING:
            raise IllegalTransition(
                f"Only transporting goes to a hospital, {status} does not: leave hospital_id out.",
                f"只有转送（transporting）才有目的医院，{status}没有，请省略hospital_id。",
            )
        if status is self.status:
            return self._bound_for(hospital_id)
        if status not in NEXT_STATUSES[self.status]:
            raise _illegal(self.status, status)
        step = Step(status, max(at, self.since), hospital_id, filled_in)
        return replace(
            self, steps=(*self.steps, step), reason=reason or self.reason, version=self.version + 1
        )

    def _bound_for(self, hospital_id: str | None) -> Assignment:
        last = self.steps[-1]
        if hospital_id in (None, last.hospital_id):
            return self
        steps = (*self.steps[:-1], replace(last, hospital_id=hospital_id))
        return replace(self, steps=steps, version=self.version + 1)

    def moved_to(self, incident_id: str) -> Assignment:
        """Return the assignment as that of another incident, which its own became."""
        return replace(self, incident_id=incident_id, version=self.version + 1)

    def is_overdue(self, now: datetime, limits: TimeLimits) -> bool:
        """Whether it stood still for too long."""
        return self.is_open and now - self.since > limits.of(self.status)


def _illegal(now: AssignmentStatus, wanted: AssignmentStatus) -> IllegalTransition:
    later = {to for since, to in FILLED_IN if since is now}
    following = sorted((NEXT_STATUSES[now] | later) - BY_TIME_ALONE)
    if not following:
        return IllegalTransition(
            f"The assignment is {now}, which is the end of it. Reserve the unit again if needed.",
            f"该派警已结束（{now}）。如有需要，请重新派警。",
        )
    return IllegalTransition(
        f"An assignment that is {now} cannot become {wanted}; it can become "
        f"{', '.join(following)}.",
        f"派警状态为{now}时不能变为{wanted}，只能变为{'、'.join(following)}。",
    )
