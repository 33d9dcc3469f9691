"""Telling of what was kept before the log told of it, so that the log tells of everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from dispatch_router.application.desk.ports import DeskStore, DeskView
from dispatch_router.application.desk.told_states import closure_change, status_change
from dispatch_router.domain.event_log import Change

SOURCE: Final = {"source": "kept_before"}
PAGE: Final = 1_000


def tell_of_what_was_kept_before(store: DeskStore, at: datetime) -> int:
    """Append an event for every closure and status that was kept when the log told of neither.

    Done once for a state, before anything else is done with it: what is kept later without an event
    was put there behind the log's back, and stays without one.

    Returns:
        How many events were appended.

    Raises:
        StorageUnavailable: it could not be done; nothing was changed.
    """
    with store.reading() as view:
        if view.tells_of_all():
            return 0
    with store.writing() as desk:
        # Of several services that start at once, one does it.
        if desk.tells_of_all():
            return 0
        count = sum(len(desk.append_all(changes, at)) for changes in _pages(desk))
        desk.note_that_all_is_told()
    return count


def _pages(desk: DeskView) -> Iterator[list[Change]]:
    after: str | None = None
    while page := desk.closures(after=after, limit=PAGE):
        yield [closure_change(record, SOURCE) for record in page]
        after = page[-1].id
    statuses = desk.statuses()
    yield [status_change(unit_id, kept, SOURCE) for unit_id, kept in statuses.items()]
