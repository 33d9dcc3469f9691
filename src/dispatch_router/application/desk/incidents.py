"""Filing, correcting, merging and closing incidents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from dispatch_router.application.desk.advice import AdviceWish, Outdated, ranked_before
from dispatch_router.application.desk.changes import add_incident, change_incident
from dispatch_router.application.desk.corrections import (
    ASKED_AGAIN,
    changed_by,
    differing,
    keep_corrected,
)
from dispatch_router.application.desk.diversions import standing
from dispatch_router.application.desk.incident_records import (
    Corrected,
    Filed,
    IncidentDraft,
    Merged,
    ShownIncident,
)
from dispatch_router.application.desk.looking import duplicates_of, shown
from dispatch_router.application.desk.merging import merge
from dispatch_router.application.desk.parts import (
    DeskParts,
    answer_once,
    earlier_reply,
    found_incident,
    open_incident,
    require_version,
)
from dispatch_router.application.desk.ports import DeskTransaction
from dispatch_router.application.desk.ranked_calls import RankedCall, ranked_call, told_of
from dispatch_router.application.retries import Answer
from dispatch_router.domain.assignments import Assignment
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.decisions import decision_of
from dispatch_router.domain.desk_errors import IncidentInUse
from dispatch_router.domain.errors import DispatchError, InvalidQuestion
from dispatch_router.domain.event_log import EventKind
from dispatch_router.domain.incidents import Incident, IncidentStatus

REPORTED_AHEAD: Final = timedelta(minutes=5)
REPORTED_AGO: Final = timedelta(days=7)


class Incidents:
    """What call-takers do; safe to share between threads."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def file(self, draft: IncidentDraft, wish: AdviceWish, answer: Answer[Filed]) -> bytes:
        """Keep a call with the decision for it, and answer who should go.

        Raises:
            InvalidQuestion: a value is out of bounds.
            UnknownPlace: the gazetteer has no such name.
            OutsideDistrict: no road is near enough.
            IdempotencyKeyReused: the key belongs to another request.
            StorageUnavailable: nothing was kept.
        """
        try:
            ranked = self._ranked_draft(draft, wish)
        except DispatchError:
            # What was accepted once may be refused by now, and its retry is answered all the same.
            if (kept := earlier_reply(self._parts, answer)) is None:
                raise
            return kept
        advice = ranked.advice

        def work(desk: DeskTransaction, at: datetime) -> Filed:
            incident = Incident(
                id=self._parts.ids.next_id(),
                position=advice.location.position,
                place=draft.where if isinstance(draft.where, str) else None,
                uncertainty_m=draft.uncertainty_m,
                type=draft.type,
                priority=draft.priority,
                response=draft.response,
                reported_at=_reported(draft.reported_at, at),
                filed_at=at,
                external_id=draft.external_id,
                description=draft.description,
                caller=draft.caller,
                zone_id=advice.location.zone_id,
                responsible_post_id=advice.location.responsible_post_id,
            )
            duplicates = duplicates_of(desk, self._parts, incident)
            decision = decision_of(advice, incident.id)
            add_incident(desk, incident, at, **told_of(decision))
            ranked.keep(desk, decision)
            diversions = standing(desk, ranked.offers)
            return Filed(incident, advice, ranked.written.reply, duplicates, diversions)

        return answer_once(self._parts, answer, work)

    def correct(
        self,
        incident_id: str,
        changes: Mapping[str, Any],
        wish: AdviceWish,
        answer: Answer[Corrected],
        seen: frozenset[str] | None = None,
    ) -> bytes:
        """Change what is known of an incident; a new place or priority recommends again.

        Args:
            incident_id: of an open incident.
            changes: by member: ``location``, ``uncertainty_m``, ``type``, ``priority``,
                ``response``, ``external_id``, ``description``.
            wish: how to recommend.
            answer: how to reply.
            seen: the versions that it may have; None for any.

        Raises:
            UnknownIncident: there is none.
            IncidentNotOpen: it is over.
            VersionChanged: it has another version than was seen.
            StorageUnavailable: it could not be done.
        """
        return ranked_before(lambda: self._correct(incident_id, changes, wish, answer, seen))

    def _correct(
        self,
        incident_id: str,
        changes: Mapping[str, Any],
        wish: AdviceWish,
        answer: Answer[Corrected],
        seen: frozenset[str] | None,
    ) -> bytes:
        with self._parts.store.reading() as view:
            before = open_incident(view, incident_id)
        require_version(seen, before.version)
        incident = changed_by(before, changes)
        changed = differing(before, incident)
        ranked = None
        if ASKED_AGAIN.intersection(changed):
            question = incident.question(self._parts.call_types)
            ranked = ranked_call(self._parts, question, wish, incident_id)
            incident = ranked.placed(incident)

        def work(desk: DeskTransaction, at: datetime) -> Corrected:
            if open_incident(desk, incident_id) != before:
                raise Outdated
            if not changed:
                return Corrected(before, ())
            first_before = keep_corrected(desk, incident, changed, ranked, at)
            return Corrected(
                incident,
                changed,
                None if ranked is None else ranked.advice,
                None if ranked is None else ranked.written.reply,
                first_before,
                duplicates_of(desk, self._parts, incident),
                () if ranked is None else standing(desk, ranked.offers),
            )

        return answer_once(self._parts, answer, work)

    def merge(self, incident_id: str, into_id: str, answer: Answer[Merged]) -> bytes:
        """Let an incident go on as another; see ``merge``."""
        return merge(self._parts, incident_id, into_id, answer)

    def close(self, incident_id: str, outcome: str | None, answer: Answer[ShownIncident]) -> bytes:
        """Note that nothing is left to do; to close it twice is no mistake.

        Raises:
            UnknownIncident: there is none.
            IncidentNotOpen: it was merged into another.
            IncidentInUse: units are still on it.
        """

        def work(desk: DeskTransaction, at: datetime) -> ShownIncident:
            incident = found_incident(desk, incident_id)
            if incident.status is IncidentStatus.CLOSED:
                return shown(desk, incident)
            incident = open_incident(desk, incident_id)
            _refuse_in_use(desk.assignments_of(incident_id))
            closed = incident.closed(max(at, incident.filed_at), outcome)
            change_incident(desk, EventKind.INCIDENT_CLOSED, closed, at)
            return shown(desk, closed)

        return answer_once(self._parts, answer, work)

    def read(self, incident_id: str) -> ShownIncident:
        """Return one incident.

        Raises:
            UnknownIncident: there is none.
        """
        with self._parts.store.reading() as desk:
            return shown(desk, found_incident(desk, incident_id))

    def page(
        self, *, after: str | None, limit: int, status: IncidentStatus | None
    ) -> tuple[Sequence[Incident], str | None]:
        """Return incidents as they were filed, and the id after which more are."""
        with self._parts.store.reading() as desk:
            found = desk.incidents(after=after, limit=limit + 1, status=status)
        page = found[:limit]
        return page, page[-1].id if len(found) > limit else None

    def _ranked_draft(self, draft: IncidentDraft, wish: AdviceWish) -> RankedCall:
        """Rank before the transaction: no other writer should wait for the roads."""
        _reported(draft.reported_at, self._parts.clock.now())
        call_type = draft.type if draft.type in self._parts.call_types else None
        question = CallQuestion(
            draft.where, draft.uncertainty_m, draft.priority, draft.response, call_type
        )
        return ranked_call(self._parts, question, wish)


def _reported(reported_at: datetime | None, now: datetime) -> datetime:
    if reported_at is None:
        return now
    if not now - REPORTED_AGO <= reported_at <= now + REPORTED_AHEAD:
        raise InvalidQuestion(
            "reported_at has to lie within the last seven days, and not in the future.",
            "报警时间须在最近七天之内，且不得晚于当前时间。",
            "reported_at",
        )
    return reported_at


def _refuse_in_use(assignments: Sequence[Assignment]) -> None:
    busy = [assignment.unit_id for assignment in assignments if assignment.is_open]
    if busy:
        raise IncidentInUse(
            f"Units are still on the incident: {', '.join(busy)}. Clear or cancel them first.",
            f"仍有力量在处置该警情：{'、'.join(busy)}。请先结束或取消其派警。",
        )
