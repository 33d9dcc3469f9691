"""Which units are on their way to somebody, or with somebody, already."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from dispatch_router.application.desk.open_assignments import OpenAssignments

NOBODY: Final[Mapping[str, str]] = MappingProxyType({})


def nobody() -> Mapping[str, str]:
    """Take every unit for free."""
    return NOBODY


class BusyUnits:
    """Tells the incident of every busy unit; of none until it follows a desk."""

    def __init__(self) -> None:
        self._desk: OpenAssignments | None = None

    def follow(self, desk: OpenAssignments) -> None:
        """Tell from now on what a desk knows."""
        self._desk = desk

    def now(self) -> Mapping[str, str]:
        """Return the ids of incidents by the ids of the units that are assigned to them."""
        return NOBODY if self._desk is None else self._desk.incidents()
