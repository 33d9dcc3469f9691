"""Locating (寻人): from the nearest road point to the person."""

from __future__ import annotations

from dispatch_router.domain.policy import LocatePolicy


def walk_ms(straight_m: float, policy: LocatePolicy) -> int:
    """Milliseconds on foot over a straight line of ``straight_m``, detour included."""
    return round(1000.0 * straight_m * policy.walk_detour / policy.walk_speed_m_s)


def search_ms(uncertainty_m: float, policy: LocatePolicy, *, familiar: bool) -> int:
    """Milliseconds to find the person around the stated place, once there.

    A fixed part for the door, and one that grows with the uncertainty, sooner covered by officers
    who know the zone.
    """
    speed_m_s = policy.search_speed_familiar_m_s if familiar else policy.search_speed_unfamiliar_m_s
    return round(1000.0 * (policy.search_base_s + uncertainty_m / speed_m_s))
