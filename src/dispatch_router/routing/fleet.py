"""Units in a fixed order, tied to the roads."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.view import View


@dataclass(frozen=True, slots=True)
class Fleet:
    """Units and where each may set off.

    Attributes:
        positions: where each unit is, WGS-84.
        view: the same on the roads.
    """

    positions: tuple[LonLat, ...]
    view: View

    def __len__(self) -> int:
        """Count the units."""
        return len(self.positions)
