"""Who waits for whom while writing, and what the other services are told of it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dispatch_router.storage.postgres.database import PostgresDatabase, PostgresTransaction

CHANNEL: Final = "dispatch_router_events"
TOLD_DESK: Final = "desk"
TOLD_UNITS: Final = "units"
# "DsRo": the lock that migrations wait for. Each lane has one after it.
MIGRATION_LOCK: Final = 0x4473526F


@dataclass(frozen=True, slots=True)
class Lane:
    """Changes that are made one after the other on all services together.

    Attributes:
        lock: the advisory lock that its writers wait for; lanes may share one.
        told: what every service is told with a commit; nothing where nobody waits for it.
    """

    lock: int
    told: tuple[str, ...] = ()

    def commit(self) -> bytes:
        """Return the statements that end a transaction."""
        notices = (f"NOTIFY {CHANNEL}, '{what}'" for what in self.told)
        return "; ".join([*notices, "COMMIT"]).encode()


DESK: Final = Lane(MIGRATION_LOCK + 1, (TOLD_DESK,))
# What units state is an event of the desk's log, which has one order.
STATUSES: Final = Lane(DESK.lock, (TOLD_DESK, TOLD_UNITS))
UNITS: Final = Lane(MIGRATION_LOCK + 2, (TOLD_UNITS,))
DECISIONS: Final = Lane(MIGRATION_LOCK + 3)
REPLIES: Final = Lane(MIGRATION_LOCK + 4)
LANES: Final = (DESK, STATUSES, UNITS, DECISIONS, REPLIES)


class LaneDatabase:
    """The database for what is written in one lane; see ``SqlDatabase``."""

    def __init__(self, database: PostgresDatabase, lane: Lane) -> None:
        self._database = database
        self._lane = lane

    def reading(self) -> AbstractContextManager[PostgresTransaction]:
        """Read everything inside as it is at one time."""
        return self._database.reading()

    def writing(self) -> AbstractContextManager[PostgresTransaction]:
        """Do everything inside, or nothing of it; one writer of the lane after the other."""
        return self._database.writing(self._lane)
