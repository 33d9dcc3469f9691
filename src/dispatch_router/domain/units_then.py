"""What was known of every unit when a decision was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dispatch_router.domain.positions import Fix
from dispatch_router.domain.unit_status import StatedStatus


@dataclass(frozen=True, slots=True)
class UnitsThen:
    """Where units were and what they said of their service, in the district's order.

    Attributes:
        fixes: the newest believed position of each; None where it never reported.
        statuses: what each stated last.
        busy: the incident that a unit was assigned to, by unit.
        from_memory: the database that services share was away, so that what other services were
            told may be missing.

    All are empty where nothing but the district's files is known.
    """

    fixes: tuple[Fix | None, ...]
    statuses: tuple[StatedStatus, ...]
    busy: Mapping[str, str] = field(default_factory=dict)
    from_memory: bool = False


NOBODY_REPORTED: Final = UnitsThen((), ())
