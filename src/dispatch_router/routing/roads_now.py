"""The road conditions in force, and a profile for everyone who is asked for under them."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch_router.domain.conditions import Conditions
from dispatch_router.domain.response import Response
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.mode_roads import ModeRoads
from dispatch_router.routing.profile import Profile

ProfileKey = tuple[UnitMode, Response]


class RoadsNow:
    """What one search sees, from its beginning to its end. Safe to share between threads."""

    def __init__(
        self,
        modes: Mapping[UnitMode, ModeRoads],
        conditions: Conditions,
        before: RoadsNow | None = None,
    ) -> None:
        """Start under new conditions; profiles used before are made again at once."""
        self.conditions = conditions
        self._modes = modes
        self._profiles: dict[ProfileKey, Profile] = {}
        for (mode, response), profile in before.profiles() if before else ():
            self._profiles[mode, response] = modes[mode].profile(response, conditions, profile)

    def profile(self, mode: UnitMode, response: Response) -> Profile:
        """Return the profile of a mode, made when it is asked for the first time."""
        if mode is UnitMode.FOOT:
            response = Response.ROUTINE
        profile = self._profiles.get((mode, response))
        if profile is None:
            made = self._modes[mode].profile(response, self.conditions)
            profile = self._profiles.setdefault((mode, response), made)
        return profile

    def profiles(self) -> list[tuple[ProfileKey, Profile]]:
        """Return those made so far."""
        return list(self._profiles.items())
