"""Where whoever an assignment has found is taken: the hospitals, ranked from the scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dispatch_router.application.desk.parts import found_assignment, found_incident
from dispatch_router.application.desk.ports import DeskStore
from dispatch_router.domain.assignments import Assignment
from dispatch_router.domain.district import District
from dispatch_router.domain.hospitals import HospitalCapability
from dispatch_router.domain.incidents import Incident
from dispatch_router.domain.onward import NeedsSource, OnwardLegs, OnwardQuestion
from dispatch_router.domain.response import Response
from dispatch_router.domain.units import UnitMode


class RanksHospitals(Protocol):
    """Ranks the hospitals of a district."""

    def rank(self, question: OnwardQuestion, *, top: int, with_routes: bool) -> OnwardLegs:
        """Rank them for one drive."""
        ...


@dataclass(frozen=True, slots=True)
class OnwardWish:
    """What a dispatcher asks for.

    Attributes:
        needs: what the hospital has to take in; None for what the type of call says, or else the
            policy.
        mode: how the person is taken; None for as the unit travels.
        response: which traffic rules bind; None for as the incident has it.
        top: how many to rank at most.
    """

    top: int
    needs: frozenset[HospitalCapability] | None = None
    mode: UnitMode | None = None
    response: Response | None = None
    with_routes: bool = False


@dataclass(frozen=True, slots=True)
class Onward:
    """The onward leg of an assignment."""

    assignment: Assignment
    legs: OnwardLegs


class OnwardDesk:
    """Asks for the onward legs of assignments; safe to share between threads."""

    def __init__(self, district: District, store: DeskStore, hospitals: RanksHospitals) -> None:
        """Know a district's units and what its types of calls need.

        Args:
            district: its units and policy.
            store: has the assignments and their incidents.
            hospitals: ranks them.
        """
        self._modes = {unit.id: unit.mode for unit in district.units}
        self._needs = {
            call_type.id: call_type.hospital_needs
            for call_type in district.policy.call_types
            if call_type.hospital_needs is not None
        }
        self._policy_needs = district.policy.hospital_needs
        self._store = store
        self._hospitals = hospitals

    def hospitals(self, assignment_id: str, wish: OnwardWish) -> Onward:
        """Rank the hospitals from the scene of an assignment's incident.

        Raises:
            UnknownAssignment: there is none.
            StorageUnavailable: it cannot be read.
        """
        with self._store.reading() as desk:
            assignment = found_assignment(desk, assignment_id)
            incident = found_incident(desk, assignment.incident_id)
        needs, needs_from = self._needed(incident, wish)
        # A unit that the district no longer has drove, most likely.
        mode = wish.mode or self._modes.get(assignment.unit_id, UnitMode.CAR)
        question = OnwardQuestion(
            scene=incident.position,
            mode=mode,
            response=wish.response or incident.response,
            needs=needs,
            needs_from=needs_from,
        )
        legs = self._hospitals.rank(question, top=wish.top, with_routes=wish.with_routes)
        return Onward(assignment, legs)

    def _needed(
        self, incident: Incident, wish: OnwardWish
    ) -> tuple[frozenset[HospitalCapability], NeedsSource]:
        if wish.needs is not None:
            return wish.needs, NeedsSource.REQUEST
        if incident.type in self._needs:
            return self._needs[incident.type], NeedsSource.CALL_TYPE
        return self._policy_needs, NeedsSource.POLICY
