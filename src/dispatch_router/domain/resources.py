"""What a district is made of, piece by piece: each is kept, and can be changed, alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from dispatch_router.domain.event_log import canonical_json


class ResourceKind(StrEnum):
    """What a resource is, named as its collection is."""

    POSTS = "posts"
    UNITS = "units"
    ZONES = "zones"
    HOSPITALS = "hospitals"
    ROSTERS = "rosters"
    CALENDAR = "calendar"


CALENDAR_ID: Final = "calendar"
"""The one resource of its kind: the days that differ from the week."""


class ResourceKey(NamedTuple):
    """Names a resource."""

    kind: ResourceKind
    id: str

    def __str__(self) -> str:
        """``posts/park-post``, as the event log names it."""
        return f"{self.kind.value}/{self.id}"


@dataclass(frozen=True, slots=True)
class Resource:
    """One post, unit, zone, hospital or roster, or the calendar.

    Attributes:
        place: orders the resources of a kind; a position on a shared border belongs to the zone
            that comes first.
        members: what the district's file says of it, as JSON members, nothing left out but what
            is not there.
    """

    key: ResourceKey
    place: int
    members: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """Names what it says: equal where the members are."""
        return hashlib.sha256(canonical_json(self.members).encode("utf-8")).hexdigest()

    @property
    def revision(self) -> str:
        """The beginning of the same, short enough for a header."""
        return self.sha256[:16]

    def state(self) -> dict[str, Any]:
        """Return what the event log tells of it."""
        return {
            "kind": self.key.kind.value,
            "id": self.key.id,
            "place": self.place,
            "members": self.members,
        }


class Resources:
    """All resources of a district as they are at one time.

    Attributes:
        version: number of the event that changed them last; 0 where none is kept.
    """

    def __init__(self, resources: Iterable[Resource], version: int = 0) -> None:
        """Take them in any order."""
        self.version = version
        self._by_key: Mapping[ResourceKey, Resource] = MappingProxyType(
            {each.key: each for each in resources}
        )

    def __iter__(self) -> Iterator[Resource]:
        """Give them kind by kind, each kind in its order."""
        kinds = list(ResourceKind)
        return iter(
            sorted(
                self._by_key.values(),
                key=lambda each: (kinds.index(each.key.kind), each.place, each.key.id),
            )
        )

    def __len__(self) -> int:
        """Count them."""
        return len(self._by_key)

    def __getitem__(self, key: ResourceKey) -> Resource:
        """Return one that is there."""
        return self._by_key[key]

    def get(self, key: ResourceKey) -> Resource | None:
        """Return one; None where there is none."""
        return self._by_key.get(key)

    def with_one(self, key: ResourceKey, members: Mapping[str, Any]) -> Resources:
        """Return them with one changed where it stands, or added at the end of its kind."""
        known = self._by_key.get(key)
        places = (each.place for each in self._by_key.values() if each.key.kind is key.kind)
        place = max(places, default=-1) + 1 if known is None else known.place
        changed = {**self._by_key, key: Resource(key, place, members)}
        return Resources(changed.values(), self.version)

    def without(self, key: ResourceKey) -> Resources:
        """Return them without one."""
        return Resources((each for each in self._by_key.values() if each.key != key), self.version)

    def at_version(self, version: int) -> Resources:
        """Return the same, as changed by an event."""
        return Resources(self._by_key.values(), version)

    def digests(self) -> dict[str, str]:
        """Return for each kind a SHA-256 over all that it has, in its order."""
        hashes = {kind: hashlib.sha256() for kind in ResourceKind}
        for each in self:
            hashes[each.key.kind].update(f"{each.key} {each.sha256}\n".encode())
        return {kind.value: digest.hexdigest() for kind, digest in hashes.items()}
