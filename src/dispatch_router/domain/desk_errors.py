"""What the desk refuses, with stable codes."""

from __future__ import annotations

from dispatch_router.domain.decisions import RankedUnit
from dispatch_router.domain.errors import DispatchError
from dispatch_router.domain.resource_errors import PreconditionFailed


class UnknownIncident(DispatchError):
    """There is no incident with this id."""

    code = "unknown_incident"


class UnknownAssignment(DispatchError):
    """There is no assignment with this id."""

    code = "unknown_assignment"


class UnknownUnit(DispatchError):
    """The district has no unit with this id."""

    code = "unknown_unit"


class UnknownHospital(DispatchError):
    """The district has no hospital with this id."""

    code = "unknown_hospital"


class UnknownDecision(DispatchError):
    """The decision was not made for this incident."""

    code = "unknown_decision"


class UnitTaken(DispatchError):
    """The unit has an open assignment already.

    Attributes:
        unit_id: the one that was asked for.
        held_by: the assignment that it has; None where that ended in the same moment.
        next_best: who could go in its place; None where nobody can.
    """

    code = "unit_taken"

    def __init__(self, unit_id: str, held_by: str | None, next_best: RankedUnit | None) -> None:
        instead = f" {next_best.unit_id} is the next best." if next_best else ""
        instead_zh = f"次优力量为{next_best.unit_id}。" if next_best else ""
        super().__init__(
            f"{unit_id} is on another assignment. Nothing was reserved.{instead}",
            f"{unit_id}正在执行其他派警，本次未派警。{instead_zh}",
        )
        self.unit_id = unit_id
        self.held_by = held_by
        self.next_best = next_best


class OverrideReasonRequired(DispatchError):
    """Another unit than the first that is free was picked, and nobody said why."""

    code = "override_reason_required"


class IllegalTransition(DispatchError):
    """An assignment cannot go from where it stands to where it was told to go."""

    code = "illegal_transition"


class VersionChanged(PreconditionFailed):
    """What is to be changed is not as the client has seen it.

    Attributes:
        version: the one that it has now.
    """

    def __init__(self, version: int) -> None:
        super().__init__(
            "It was changed since you read it. Read it again, and send If-Match with the ETag that "
            "it has now.",
            "该内容在读取后已被修改。请重新读取，并在If-Match中使用最新的ETag。",
            exists=True,
        )
        self.version = version


class IncidentNotOpen(DispatchError):
    """The incident is closed, or merged into another."""

    code = "incident_not_open"


class IncidentInUse(DispatchError):
    """Units are still on the incident."""

    code = "incident_in_use"


class NotDivertible(DispatchError):
    """The unit cannot be taken from what it does."""

    code = "not_divertible"


class NotResponsible(DispatchError):
    """The unit does not belong to the post that is responsible for the place."""

    code = "not_responsible"
