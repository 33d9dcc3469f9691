"""The state as it is on the disk, read beside the service: nothing that was said may be missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from dispatch_router.application.desk.audit import verify
from dispatch_router.application.desk.ports import DeskView
from dispatch_router.config import StateSettings
from dispatch_router.domain.event_log import Event
from dispatch_router.storage.desk.view import SqlDeskView
from dispatch_router.storage.postgres import PostgresDatabase
from dispatch_router.storage.sqlite.beside import ReadOnlyDatabase
from dispatch_router.storage.sqlite.state import DATABASE
from tests.e2e.desk_clients import Told

PAGE = 5_000


def check_the_kept_state(settings: StateSettings, told: Told) -> int:
    """Verify the log, and hold desk and log to all that was ever acknowledged.

    Returns:
        How many events the log has.
    """
    database = (
        ReadOnlyDatabase(settings.state_dir / DATABASE)
        if settings.database_url is None
        else PostgresDatabase(settings.database_url, migrates=False)
    )
    try:
        with database.reading() as connection:
            view = SqlDeskView(connection)
            # The chain, the desk as the log tells, and in no event a unit held twice.
            audit = verify(view)
            assert audit.findings == (), audit.findings
            held = Counter(assignment.unit_id for assignment in view.open_assignments())
            assert all(count == 1 for count in held.values()), held
            _check_that_the_log_tells_all(list(_events(view)), told)
            return audit.events
    finally:
        database.close()


def _check_that_the_log_tells_all(events: Sequence[Event], told: Told) -> None:
    incidents: dict[str, list[str]] = defaultdict(list)
    statuses: dict[str, list[str]] = defaultdict(list)
    for event in events:
        into = incidents if event.assignment_id is None else statuses
        into[event.subject_id].append(event.state["status"])
    missing = [incident for incident in told.incidents if incident not in incidents]
    assert not missing, missing
    reopened = [incident for incident in told.closed if incidents[incident][-1] != "closed"]
    assert not reopened, reopened
    for assignment, acknowledged in told.statuses.items():
        assert is_in_order(acknowledged, statuses[assignment]), (assignment, acknowledged)


def is_in_order(wanted: Sequence[str], there: Sequence[str]) -> bool:
    """Whether all of ``wanted`` are there in their order; others may stand between."""
    following = iter(there)
    return all(word in following for word in wanted)


def _events(view: DeskView) -> Iterator[Event]:
    number = 0
    while page := view.events_after(number, PAGE):
        yield from page
        number = page[-1].number
