"""The state as it is on the disk, read beside the service: nothing that was said may be missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from dispatch_router.application.desk.audit import verify
from dispatch_router.application.desk.ports import DeskView
from dispatch_router.config import StateSettings
from dispatch_router.storage.desk.view import SqlDeskView
from dispatch_router.storage.postgres import PostgresDatabase
from dispatch_router.storage.sqlite.beside import ReadOnlyDatabase
from dispatch_router.storage.sqlite.state import DATABASE
from tests.e2e.desk_clients import Told

PAGE = 5_000


@dataclass
class KeptLog:
    """What the log on the disk has told so far; each look reads on from there.

    Attributes:
        events: how many there are.
        sha256: of the last: as the chain verifies, those before it are what they were.
        incidents: the statuses of every incident, in order.
        assignments: the same of every assignment.
    """

    settings: StateSettings
    events: int = 0
    sha256: str | None = None
    incidents: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    assignments: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def check(self, told: Told) -> None:
        """Verify the log, and hold desk and log to all that was ever acknowledged."""
        database = (
            ReadOnlyDatabase(self.settings.state_dir / DATABASE)
            if self.settings.database_url is None
            else PostgresDatabase(self.settings.database_url, migrates=False)
        )
        try:
            with database.reading() as connection:
                self._check(SqlDeskView(connection), told)
        finally:
            database.close()

    def _check(self, view: DeskView, told: Told) -> None:
        # The chain, the desk as the log tells, and in no event a unit held twice.
        audit = verify(view, self.sha256)
        assert audit.findings == (), audit.findings
        held = Counter(assignment.unit_id for assignment in view.open_assignments())
        assert all(count == 1 for count in held.values()), held
        self._read_on(view)
        assert self.events == audit.events
        self._check_that_the_log_tells_all(told)

    def _read_on(self, view: DeskView) -> None:
        while page := view.events_after(self.events, PAGE):
            for event in page:
                # The first events tell of the district, which has no status.
                if event.incident_id is not None:
                    into = self.incidents if event.assignment_id is None else self.assignments
                    into[event.subject_id].append(event.state["status"])
            self.events, self.sha256 = page[-1].number, page[-1].sha256

    def _check_that_the_log_tells_all(self, told: Told) -> None:
        missing = [incident for incident in told.incidents if incident not in self.incidents]
        assert not missing, missing
        reopened = [each for each in told.closed if self.incidents[each][-1] != "closed"]
        assert not reopened, reopened
        for assignment, acknowledged in told.statuses.items():
            kept = self.assignments[assignment]
            assert is_in_order(acknowledged, kept), (assignment, acknowledged, kept)


def is_in_order(wanted: Sequence[str], there: Sequence[str]) -> bool:
    """Whether all of ``wanted`` are there in their order; others may stand between."""
    following = iter(there)
    return all(word in following for word in wanted)
