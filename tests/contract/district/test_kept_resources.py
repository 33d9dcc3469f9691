"""What is kept of a district on either database: loaded once, changed with its events."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from dispatch_router.application.desk.audit import verify
from dispatch_router.application.district.keep import (
    forget_resource,
    keep_files,
    keep_resource,
    read_kept,
)
from dispatch_router.domain.event_log import Event, EventKind
from dispatch_router.domain.resource_errors import UnitBusy
from dispatch_router.domain.resources import Resource, ResourceKey, ResourceKind, Resources
from dispatch_router.storage.desk import SqlDeskStore
from tests.desk import small_desk
from tests.resources import resources_of
from tests.small_district import SMALL_DISTRICT, StoppedClock

PARK = ResourceKey(ResourceKind.POSTS, "park")
FILES = resources_of(SMALL_DISTRICT)


def keep(store: SqlDeskStore, resources: Resources, **options: bool) -> dict[EventKind, int]:
    only_first = options.get("only_first", False)
    return dict(keep_files(store, "small", resources, StoppedClock(), only_first=only_first))


def events(store: SqlDeskStore) -> list[Event]:
    with store.reading() as view:
        return list(view.events_after(0, 1000))


def findings(store: SqlDeskStore) -> tuple[str, ...]:
    with store.reading() as view:
        return tuple(finding.en for finding in verify(view).findings)


def test_the_first_start_keeps_what_the_files_say_each_with_its_event(
    desk_store: SqlDeskStore,
) -> None:
    assert keep(desk_store, FILES, only_first=True) == {EventKind.RESOURCE_ADDED: len(FILES)}
    kept, resources = read_kept(desk_store)
    assert kept is not None
    assert list(resources) == list(FILES)
    assert (kept.id, kept.version, kept.files) == ("small", len(FILES), FILES.digests())
    assert resources.version == kept.version
    told = Counter(event.resource for event in events(desk_store))
    assert told == {str(each.key): 1 for each in FILES}
    assert findings(desk_store) == ()


def test_the_second_start_keeps_nothing_though_the_files_differ(desk_store: SqlDeskStore) -> None:
    keep(desk_store, FILES, only_first=True)
    moved = FILES.with_one(PARK, {**FILES[PARK].members, "approximate": False})
    assert keep(desk_store, moved, only_first=True) == {}
    assert list(read_kept(desk_store)[1]) == list(FILES)


def test_an_import_changes_only_what_differs(desk_store: SqlDeskStore) -> None:
    keep(desk_store, FILES)
    moved = FILES.with_one(PARK, {**FILES[PARK].members, "approximate": False})
    wanted = moved.without(ResourceKey(ResourceKind.UNITS, "r1"))
    expected = {EventKind.RESOURCE_CHANGED: 1, EventKind.RESOURCE_REMOVED: 1}
    assert keep(desk_store, wanted) == expected
    assert list(read_kept(desk_store)[1]) == list(wanted)
    assert [event.resource for event in events(desk_store)[-2:]] == ["posts/park", "units/r1"]
    assert keep(desk_store, wanted) == {}
    assert findings(desk_store) == ()


def test_an_import_of_the_same_in_another_order_is_a_change(desk_store: SqlDeskStore) -> None:
    keep(desk_store, FILES)
    zones = [each for each in FILES if each.key.kind is ResourceKind.ZONES]
    turned = [replace(each, place=len(zones) - 1 - each.place) for each in zones]
    others = [each for each in FILES if each.key.kind is not ResourceKind.ZONES]
    assert keep(desk_store, Resources([*others, *turned])) == {EventKind.RESOURCE_CHANGED: 2}


def test_an_import_that_would_delete_a_busy_unit_changes_nothing(desk_store: SqlDeskStore) -> None:
    keep(desk_store, FILES)
    desk = small_desk(desk_store)
    desk.reserve(desk.file().incident.id, "p1")
    before = events(desk_store)
    moved = FILES.with_one(PARK, {**FILES[PARK].members, "approximate": False})
    with pytest.raises(UnitBusy, match="p1"):
        keep(desk_store, moved.without(ResourceKey(ResourceKind.UNITS, "p1")))
    assert events(desk_store) == before
    assert list(read_kept(desk_store)[1]) == list(FILES)


def test_what_is_deleted_and_made_again_is_told_in_order(desk_store: SqlDeskStore) -> None:
    keep(desk_store, FILES)
    hospital = Resource(ResourceKey(ResourceKind.HOSPITALS, "clinic"), 0, {"id": "clinic"})
    at = StoppedClock().now()
    with desk_store.writing() as desk:
        keep_resource(desk, None, hospital, at)
        forget_resource(desk, hospital, at)
        event = keep_resource(desk, None, hospital, at)
        kept = desk.kept_district()
        assert kept is not None
        desk.keep_district(replace(kept, version=event.number))
    last = events(desk_store)[-3:]
    assert [event.kind for event in last] == [
        EventKind.RESOURCE_ADDED,
        EventKind.RESOURCE_REMOVED,
        EventKind.RESOURCE_ADDED,
    ]
    assert (last[0].incident_id, last[0].assignment_id) == (None, None)
    assert last[1].state["members"] == {"id": "clinic"}
    assert findings(desk_store) == ()


EDITS = {
    "a resource": "UPDATE resources SET members = replace(members, '106.3', '106.4')"
    " WHERE id = 'park'",
    "its place": "UPDATE resources SET place = 7 WHERE id = 'park'",
    "a removal": "DELETE FROM resources WHERE id = 'park'",
    "an addition": "INSERT INTO resources (kind, id, place, members) VALUES"
    " ('posts', 'moon', 9, '{}')",
}


@pytest.mark.parametrize("sql", EDITS.values(), ids=EDITS)
def test_the_audit_finds_every_edit_of_a_resource(desk_store: SqlDeskStore, sql: str) -> None:
    keep(desk_store, FILES)
    assert findings(desk_store) == ()
    with desk_store._database.writing() as connection:
        connection.execute(sql)
    (found,) = findings(desk_store)
    assert found.startswith("posts/")
