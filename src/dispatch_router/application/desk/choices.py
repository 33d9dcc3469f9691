"""Which unit a dispatcher picks, held against what was recommended."""

from __future__ import annotations

from dispatch_router.application.desk.assignment_records import Reservation
from dispatch_router.application.desk.parts import DeskParts, found_incident
from dispatch_router.application.desk.ports import DeskView
from dispatch_router.domain.calls import MAX_TOP
from dispatch_router.domain.decisions import Decision, RankedUnit, decision_of
from dispatch_router.domain.desk_errors import OverrideReasonRequired, UnknownDecision, UnknownUnit


def decision_for(desk: DeskView, incident_id: str, decision_id: str | None) -> Decision | None:
    """Return the recommendation that a reservation rests on; the latest where none is named.

    Raises:
        UnknownDecision: it was not made for this incident.
    """
    if decision_id is None:
        return desk.latest_decision(incident_id)
    decision = desk.decision(decision_id)
    if decision is None or decision.incident_id != incident_id:
        raise UnknownDecision(
            "This decision was not made for the incident. Leave decision_id out for the latest.",
            "该决策不属于此警情。省略decision_id即采用最近一次决策。",
        )
    return decision


def first_free(desk: DeskView, parts: DeskParts, decision: Decision | None) -> RankedUnit | None:
    """Return the best of a recommendation that the district has and that can be sent.

    Who is busy cannot, and who has declined this incident is not asked again.
    """
    if decision is None:
        return None
    # The district may have lost a unit since it was recommended.
    gone = frozenset(decision.unit_ids) - parts.unit_posts().keys()
    return decision.first_free(desk.passed_over(decision.unit_ids, decision.incident_id) | gone)


def require_unit(desk: DeskView, parts: DeskParts, unit_id: str) -> None:
    """Refuse a unit that the district does not have.

    Raises:
        UnknownUnit: it has none with this id.
    """
    # The store may know of a deletion that this service has not heard of yet.
    if unit_id not in parts.unit_posts() or desk.has_lost_unit(unit_id):
        raise UnknownUnit(
            "The district has no unit with this id. GET /v1/units lists them.",
            "本辖区没有这个编号的力量。可通过 GET /v1/units 查看。",
        )


def require_reason(
    desk: DeskView,
    parts: DeskParts,
    wish: Reservation,
    decision: Decision | None,
    incident_id: str,
) -> None:
    """Refuse another unit than the first that is free, where nobody says why.

    Raises:
        OverrideReasonRequired: it is another, without a reason.
    """
    if wish.override_reason is not None:
        return
    first = first_free(desk, parts, decision)
    if first is not None and first.unit_id == wish.unit_id:
        return
    declined = wish.unit_id in desk.declined(incident_id)
    named = f"{first.unit_id} is the first that is free" if first else "no candidate is free"
    named_zh = f"首选空闲力量为{first.unit_id}" if first else "推荐力量均不空闲"
    if declined:
        raise OverrideReasonRequired(
            f"{wish.unit_id} has declined this incident: {named}. Say in override_reason why it is "
            "sent again.",
            f"{wish.unit_id}已拒绝过该警情：{named_zh}。如仍要派出，请在override_reason中说明理由。",
        )
    raise OverrideReasonRequired(
        f"{wish.unit_id} is not the first choice: {named}. Say why in override_reason.",
        f"{wish.unit_id}不是首选：{named_zh}。请在override_reason中说明理由。",
    )


def next_best(
    parts: DeskParts, incident_id: str, *, of_post: str | None = None
) -> RankedUnit | None:
    """Rank who else could go, after the refusal: the one writer must not wait for it.

    Args:
        parts: rank the units.
        incident_id: that the unit was wanted for.
        of_post: the post that it has to belong to; None for any.
    """
    with parts.store.reading() as desk:
        incident = found_incident(desk, incident_id)
    question = incident.question(parts.call_types)
    advice = parts.recommender.recommend(question, top=MAX_TOP, with_routes=False)
    decision, posts = decision_of(advice, incident_id), parts.unit_posts()
    with parts.store.reading() as desk:
        others = desk.passed_over(decision.unit_ids, incident_id)
    elsewhere = {
        unit_id for unit_id in decision.unit_ids if of_post not in {None, posts.get(unit_id)}
    }
    return decision.first_free(others | elsewhere)
