"""What of a district's files is kept by the service once it was loaded: one entry for each kind.

A further kind of resource is one more entry here, beside its rows in ``Folder``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from dispatch_router.domain.resources import (
    CALENDAR_ID,
    Resource,
    ResourceKey,
    ResourceKind,
    Resources,
)
from dispatch_router.storage.district_files import files
from dispatch_router.storage.district_files.document import Document, Lines
from dispatch_router.storage.district_files.folder import (
    MAX_EXCEPTIONAL_DAYS,
    MAX_HOSPITALS,
    MAX_POSTS,
    MAX_ROSTERS,
    MAX_UNITS,
    MAX_ZONES,
    Folder,
)
from dispatch_router.storage.district_files.hospital_schema import HospitalRow
from dispatch_router.storage.district_files.mistakes import Step
from dispatch_router.storage.district_files.roster_schema import ExceptionalDaysRow, RosterRow
from dispatch_router.storage.district_files.rows import Item, Rows
from dispatch_router.storage.district_files.schema import PostRow, UnitRow, ZoneRow


@dataclass(frozen=True, slots=True)
class KeptKind:
    """How one kind stands in its file.

    Attributes:
        file: its name in the folder.
        rows: which attribute of ``Folder`` has them.
        model: of each row.
        least, most: how many there may be.
        within: the keys that lead to the list in the file.
        id_within: the keys that lead to an item's id.
    """

    kind: ResourceKind
    file: str
    rows: str
    model: type[BaseModel]
    least: int
    most: int
    within: tuple[str, ...] = ()
    id_within: tuple[str, ...] = ("id",)

    def rows_in(self, folder: Folder) -> Rows[Any]:
        """Return the rows as read."""
        rows: Rows[Any] = getattr(folder, self.rows)
        return rows

    def whole(self, members: list[Any]) -> Item:
        """Return a list of rows as if read from the file; the line of each is its number."""
        value: Any = members
        lines = Lines(0, {index: Lines(index + 1) for index in range(len(members))})
        for key in reversed(self.within):
            value, lines = {key: value}, Lines(0, {key: lines})
        path: tuple[Step, ...] = self.within
        return Item(Document(self.file, value, lines), path, members)


KEPT_KINDS: Final = (
    KeptKind(ResourceKind.POSTS, files.POSTS, "posts", PostRow, 1, MAX_POSTS),
    KeptKind(ResourceKind.UNITS, files.UNITS, "units", UnitRow, 1, MAX_UNITS),
    KeptKind(
        ResourceKind.ZONES,
        files.ZONES,
        "zones",
        ZoneRow,
        0,
        MAX_ZONES,
        within=("features",),
        id_within=("properties", "id"),
    ),
    KeptKind(ResourceKind.HOSPITALS, files.HOSPITALS, "hospitals", HospitalRow, 0, MAX_HOSPITALS),
    KeptKind(
        ResourceKind.ROSTERS, files.ROSTERS, "rosters", RosterRow, 0, MAX_ROSTERS, ("rosters",)
    ),
    KeptKind(
        ResourceKind.CALENDAR,
        files.ROSTERS,
        "calendar",
        ExceptionalDaysRow,
        0,
        MAX_EXCEPTIONAL_DAYS,
        ("calendar",),
        (),
    ),
)
KEPT_FILES: Final = tuple(dict.fromkeys(kind.file for kind in KEPT_KINDS))


def resources_in(folder: Folder) -> Resources:
    """Return what the rows of a folder say that are right in themselves."""
    return Resources(
        Resource(ResourceKey(kept.kind, its_id), place, members)
        for kept in KEPT_KINDS
        for place, (its_id, members) in enumerate(_named(kept, folder))
    )


def _named(kept: KeptKind, folder: Folder) -> Iterator[tuple[str, Mapping[str, Any]]]:
    rows = [row.model_dump(mode="json", exclude_none=True) for row in kept.rows_in(folder).valid]
    if not kept.id_within:
        # The list as a whole is one resource: its items have no names.
        yield CALENDAR_ID, {"days": rows}
        return
    for members in rows:
        found: Any = members
        for key in kept.id_within:
            found = found[key]
        yield found, members


def members_of(kept: KeptKind, resources: Resources) -> tuple[list[ResourceKey], list[Any]]:
    """Return the rows of a kind, and the resource that each stands for."""
    keys: list[ResourceKey] = []
    rows: list[Any] = []
    for resource in resources:
        if resource.key.kind is kept.kind:
            its_rows = [resource.members] if kept.id_within else resource.members["days"]
            rows += its_rows
            keys += [resource.key] * len(its_rows)
    return keys, rows
