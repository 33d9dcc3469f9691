"""Keeping what a district's files say: at the first start, and when they are imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from dispatch_router.application.desk.ports import DeskStore, DeskTransaction
from dispatch_router.application.district.ports import KeptDistrict
from dispatch_router.application.ports import Clock
from dispatch_router.domain.event_log import Change, Event, EventKind
from dispatch_router.domain.resource_errors import UnitBusy
from dispatch_router.domain.resources import Resource, ResourceKind, Resources

FROM_FILES: Final[Mapping[str, str]] = MappingProxyType({"source": "files"})


def read_kept(store: DeskStore) -> tuple[KeptDistrict | None, Resources]:
    """Return whose resources are kept, and what they are.

    Raises:
        StorageUnavailable: they cannot be read.
    """
    with store.reading() as view:
        return view.kept_district(), view.resources()


def keep_files(
    store: DeskStore, district_id: str, resources: Resources, clock: Clock, *, only_first: bool
) -> Mapping[EventKind, int]:
    """Keep what files say in place of all that was kept.

    Args:
        store: where it goes.
        district_id: of the district that the files are of.
        resources: what they say.
        clock: the time of the change.
        only_first: do nothing where anything is kept already.

    Returns:
        How many resources were added, changed and removed.

    Raises:
        UnitBusy: a unit that would be removed is on an assignment.
        StorageUnavailable: it could not be done; nothing was changed.
    """
    with store.writing() as desk:
        kept = desk.kept_district()
        if only_first and kept is not None:
            return {}
        before, at = desk.resources(), clock.now()
        events = [
            keep_resource(desk, before.get(each.key), each, at, FROM_FILES)
            for each in resources
            if each != before.get(each.key)
        ]
        events += [
            forget_resource(desk, each, at, FROM_FILES)
            for each in before
            if resources.get(each.key) is None
        ]
        version = events[-1].number if events else before.version
        desk.keep_district(KeptDistrict(district_id, version, resources.digests()))
    return Counter(event.kind for event in events)


def keep_resource(
    desk: DeskTransaction,
    before: Resource | None,
    after: Resource,
    at: datetime,
    details: Mapping[str, str] = MappingProxyType({}),
) -> Event:
    """Keep a resource, or what it has become, with the event that tells of it."""
    desk.keep_resource(after)
    kind = EventKind.RESOURCE_ADDED if before is None else EventKind.RESOURCE_CHANGED
    return _append(desk, kind, after, at, details)


def forget_resource(
    desk: DeskTransaction,
    before: Resource,
    at: datetime,
    details: Mapping[str, str] = MappingProxyType({}),
) -> Event:
    """Keep a resource no longer, with the event that tells of it.

    Raises:
        UnitBusy: it is a unit that is on an assignment.
    """
    is_unit = before.key.kind is ResourceKind.UNITS
    held = desk.open_assignment_of(before.key.id) if is_unit else None
    if held is not None:
        raise UnitBusy(before.key.id, held.id)
    desk.forget_resource(before.key)
    return _append(desk, EventKind.RESOURCE_REMOVED, before, at, details)


def _append(
    desk: DeskTransaction,
    kind: EventKind,
    resource: Resource,
    at: datetime,
    details: Mapping[str, str],
) -> Event:
    change = Change(kind, None, None, resource.state(), dict(details), resource=str(resource.key))
    return desk.append(change, at)
