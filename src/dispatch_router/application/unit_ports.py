"""What live units need from outside; bootstrap alone names who provides it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

from dispatch_router.domain.positions import Fix, Forgotten
from dispatch_router.domain.unit_status import StatedStatus

FROM_THE_FIRST: Final = -1
"""Before every version."""


class KeptStatus(NamedTuple):
    """A status that a store keeps.

    Attributes:
        version: greater than that of every status that was kept before, by whichever service.
    """

    stated: StatedStatus
    version: int


class KeptPositions(NamedTuple):
    """Positions that a store keeps.

    Attributes:
        version: reading on after it misses nothing.
    """

    version: int
    by_unit: Mapping[str, Fix | Forgotten]


class StatusStore(Protocol):
    """Keeps what units say of their service over a restart.

    Every method raises ``StorageUnavailable`` where it cannot do its work, and then has changed
    nothing.
    """

    def statuses_after(self, version: int) -> Mapping[str, KeptStatus]:
        """Return what units stated last, by unit, of those whose status has a later version."""
        ...

    def keep_status(self, unit_id: str, stated: StatedStatus) -> int:
        """Keep a status; it is not lost when this returns, whatever stops the process.

        Returns:
            Its version.
        """
        ...


class PositionStore(Protocol):
    """Keeps the newest position of each unit over a restart, in batches.

    Every method raises ``StorageUnavailable`` where it cannot do its work, and then has changed
    nothing.
    """

    def positions_after(self, version: int) -> KeptPositions:
        """Return the positions that were kept later than a version."""
        ...

    def keep_positions(self, positions: Mapping[str, Fix | Forgotten], latest_ms: int) -> None:
        """Keep positions; what was measured later than one of them stays instead.

        Args:
            positions: by unit.
            latest_ms: what is kept of a later time than this was taken in before the clock went
                back, and does not stay.
        """
        ...


class KeepsNothing:
    """Both stores for whoever needs no memory, such as a single question in the terminal."""

    def statuses_after(self, version: int) -> Mapping[str, KeptStatus]:  # noqa: ARG002
        """Return nothing."""
        return {}

    def keep_status(self, unit_id: str, stated: StatedStatus) -> int:  # noqa: ARG002
        """Keep nothing."""
        return 0

    def positions_after(self, version: int) -> KeptPositions:
        """Return nothing."""
        return KeptPositions(version, {})

    def keep_positions(self, positions: Mapping[str, Fix | Forgotten], latest_ms: int) -> None:
        """Keep nothing."""
