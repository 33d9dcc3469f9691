"""What was known of every unit when a decision was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dispatch_router.domain.positions import Fix
from dispatch_router.domain.unit_status import StatedStatus


@dataclass(frozen=True, slots=True)
class UnitsThen:
    """Where units were and what they said of their service, in the district's order.

    Attributes:
        fixes: the newest believed position of each; None where it never reported.
        statuses: what each stated last.

    Both are empty where nothing but the district's files is known.
    """

    fixes: tuple[Fix | None, ...]
    statuses: tuple[StatedStatus, ...]


NOBODY_REPORTED: Final = UnitsThen((), ())
