"""Where units set off from while they do not report positions."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch_router.domain.decision_record import DecisionRecord
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidDistrict
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.positions import Fix
from dispatch_router.domain.recommendation import DeparturePosition
from dispatch_router.domain.units import DepartureKind, Unit


def stated_departures(district: District) -> tuple[DeparturePosition, ...]:
    """Return the post or the beat of every unit, in the district's order.

    Raises:
        InvalidDistrict: a unit's post is unknown, or a patrol has no beat.
    """
    posts = {post.id: post.position for post in district.posts}
    return tuple(_departure(unit, posts) for unit in district.units)


def departures_then(record: DecisionRecord) -> tuple[DeparturePosition, ...]:
    """Return from where every unit of a decision would have set off, in the district's order."""
    now_ms = round(1000.0 * record.at.timestamp())
    stale_after_ms = round(1000.0 * record.district.policy.positions.stale_after_s)
    fixes = record.units.fixes or (None,) * len(record.district.units)
    return tuple(
        stated if fix is None else reported_departure(fix, now_ms, stale_after_ms)
        for stated, fix in zip(stated_departures(record.district), fixes, strict=True)
    )


def reported_departure(fix: Fix, now_ms: int, stale_after_ms: int) -> DeparturePosition:
    """Return where a unit said that it is, and how old that is."""
    age_ms = max(0, now_ms - fix.at_ms)
    return DeparturePosition(fix.position, "reported", age_ms, age_ms > stale_after_ms)


def _departure(unit: Unit, posts: Mapping[str, LonLat]) -> DeparturePosition:
    if unit.kind is DepartureKind.PATROL:
        if unit.beat is None:
            raise InvalidDistrict(
                f"The patrol {unit.id} has no beat: say where it is by default.",
                f"巡逻力量{unit.id}未设置巡逻位置（beat）。",
            )
        return DeparturePosition(unit.beat, "beat")
    position = posts.get(unit.post_id)
    if position is None:
        raise InvalidDistrict(
            f"The unit {unit.id} is based at {unit.post_id}, which is no post.",
            f"力量{unit.id}所属的站点{unit.post_id}不存在。",
        )
    return DeparturePosition(position, "post")
