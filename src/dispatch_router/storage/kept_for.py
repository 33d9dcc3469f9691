"""How long the state keeps what would else grow without an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from dispatch_router.application.retention import Retention

_CHANGES: Final = Retention(timedelta(days=7), 1_000_000)
_QUESTIONS: Final = Retention(timedelta(hours=1), 20_000)
_RECORDS: Final = Retention(timedelta(days=365), 500_000)


@dataclass(frozen=True, slots=True)
class KeptFor:
    """How long, of each kind.

    Attributes:
        changes: replies to changes that were sent with a key: a client may be cut off for days.
        questions: replies to what changes nothing: so many, and so long, that nobody waits longer.
        records: of the decisions for incidents.
        forgotten_every: what is too old is forgotten with every so manyth change at the desk, as
            looking for it with each would take a part of the time that the desk has.
    """

    changes: Retention = _CHANGES
    questions: Retention = _QUESTIONS
    records: Retention = _RECORDS
    forgotten_every: int = 16
