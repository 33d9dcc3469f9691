"""What live units need from outside; bootstrap alone names who provides it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from dispatch_router.domain.positions import Fix
from dispatch_router.domain.unit_status import StatedStatus


class StatusStore(Protocol):
    """Keeps what units say of their service over a restart.

    Every method raises ``StorageUnavailable`` where it cannot do its work, and then has changed
    nothing.
    """

    def statuses(self) -> Mapping[str, StatedStatus]:
        """Return what each unit stated last, by unit."""
        ...

    def keep_status(self, unit_id: str, stated: StatedStatus) -> None:
        """Keep a status; it is not lost when this returns, whatever stops the process."""
        ...


class KeepsNothing:
    """Both stores for whoever needs no memory, such as a single question in the terminal."""

    def statuses(self) -> Mapping[str, StatedStatus]:
        """Return nothing."""
        return {}

    def keep_status(self, unit_id: str, stated: StatedStatus) -> None:
        """Keep nothing."""

    def positions(self) -> Mapping[str, Fix]:
        """Return nothing."""
        return {}

    def keep_positions(self, positions: Mapping[str, Fix | None]) -> None:
        """Keep nothing."""


class PositionStore(Protocol):
    """Keeps the newest position of each unit over a restart, in batches.

    Every method raises ``StorageUnavailable`` where it cannot do its work, and then has changed
    nothing.
    """

    def positions(self) -> Mapping[str, Fix]:
        """Return the position that each unit reported last, by unit."""
        ...

    def keep_positions(self, positions: Mapping[str, Fix | None]) -> None:
        """Keep positions, by unit; None forgets that of a unit."""
        ...
