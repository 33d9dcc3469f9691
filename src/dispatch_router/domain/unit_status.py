"""What a unit, or whoever speaks for it, says of its service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

MAX_NOTE_CHARACTERS: Final = 200


class UnitStatus(StrEnum):
    """Whether a unit can be sent, as it says itself."""

    IN_SERVICE = "in_service"
    OUT_OF_SERVICE = "out_of_service"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class StatedStatus:
    """A status as it was stated.

    Attributes:
        since: when it was stated, aware; None where nothing was ever stated.
        until: when it ends by itself, aware; None where it does not say. Then a unit that is out of
            service or at rest is in service again, and one that is in service past the end of its
            duty goes off duty; while it lasts, its rosters do not count.
        note: why, in the words of whoever stated it; may be empty.
    """

    status: UnitStatus
    since: datetime | None = None
    until: datetime | None = None
    note: str = ""

    def at(self, instant: datetime) -> UnitStatus:
        """Return the status that holds at an instant."""
        is_over = self.until is not None and instant >= self.until
        return UnitStatus.IN_SERVICE if is_over else self.status


NOTHING_STATED: Final = StatedStatus(UnitStatus.IN_SERVICE)
