"""The desk as the service uses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dispatch_router.application.desk.advice import WritesAdvice
from dispatch_router.application.desk.assignments import Assignments
from dispatch_router.application.desk.committed import CommittedEvents
from dispatch_router.application.desk.diversions import Diversions
from dispatch_router.application.desk.expire import expire_overdue
from dispatch_router.application.desk.incidents import Incidents
from dispatch_router.application.desk.open_assignments import (
    OpenAssignments,
    read_open_assignments,
)
from dispatch_router.application.desk.parts import DeskParts
from dispatch_router.application.desk.ports import DeskStore, Recommends
from dispatch_router.application.ports import Clock, DecisionIds
from dispatch_router.domain.desk_policy import DeskPolicy
from dispatch_router.domain.district import District


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that can be done at the desk.

    Attributes:
        open_assignments: which units are busy.
        events: tells of every commit.
    """

    incidents: Incidents
    assignments: Assignments
    diversions: Diversions
    open_assignments: OpenAssignments
    events: CommittedEvents
    store: DeskStore
    clock: Clock
    policy: DeskPolicy

    def tick(self) -> None:
        """Do what time alone brings: hear of other services' changes, and let assignments expire.

        Raises:
            StorageUnavailable: nothing could be ended.
        """
        self.events.catch_up()
        limits, now = self.policy.limits, self.clock.now()
        if expire_overdue(self.store, self.open_assignments, limits, now):
            self.events.catch_up()


def open_desk(
    district: District,
    store: DeskStore,
    recommender_for: Callable[[OpenAssignments], Recommends],
    clock: Clock,
    ids: DecisionIds,
    policy: DeskPolicy | None = None,
    *,
    write_advice: WritesAdvice,
    unit_posts: Callable[[], Mapping[str, str]] | None = None,
    hospitals: Callable[[], frozenset[str]] | None = None,
) -> Desk:
    """Put the desk together.

    Args:
        district: its units can be sent.
        store: what was kept.
        recommender_for: given which units are busy, makes who ranks them.
        clock: the time of everything that is done.
        ids: names incidents and assignments; later ones sort after earlier ones.
        policy: what the desk decides by; None for what the district says.
        write_advice: writes recommendations, and packs what they were made from.
        unit_posts: returns the post of every unit as the district is now; None where it stays as
            it is.
        hospitals: returns the ids of the hospitals, likewise.

    Raises:
        StorageUnavailable: what was kept cannot be read.
    """
    known = read_open_assignments(store)
    events = CommittedEvents(store, known.version)
    events.subscribe(known.apply)
    posts = {unit.id: unit.post_id for unit in district.units}
    ids_of_hospitals = frozenset(hospital.id for hospital in district.hospitals)
    parts = DeskParts(
        store=store,
        recommender=recommender_for(known),
        clock=clock,
        ids=ids,
        unit_posts=unit_posts or (lambda: posts),
        events=events,
        write_advice=write_advice,
        hospitals=hospitals or (lambda: ids_of_hospitals),
        call_types=frozenset(call_type.id for call_type in district.policy.call_types),
        policy=policy or district.policy.desk,
    )
    return Desk(
        incidents=Incidents(parts),
        assignments=Assignments(parts),
        diversions=Diversions(parts),
        open_assignments=known,
        events=events,
        store=store,
        clock=clock,
        policy=parts.policy,
    )
