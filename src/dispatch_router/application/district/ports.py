"""What the district's resources need from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from dispatch_router.domain.district import District
from dispatch_router.domain.resources import Resource, ResourceKey, Resources


@dataclass(frozen=True, slots=True)
class KeptDistrict:
    """Whose resources are kept.

    Attributes:
        id: of the district.
        version: number of the event that changed a resource last.
        files: for each kind the SHA-256 of what the district's files said of it when they were
            loaded or imported last.
    """

    id: str
    version: int
    files: Mapping[str, str]


class ResourceView(Protocol):
    """The resources that are kept, as they are at one time."""

    def kept_district(self) -> KeptDistrict | None:
        """Return whose resources are kept; None before the first start has loaded them."""
        ...

    def resources(self) -> Resources:
        """Return all of them."""
        ...

    def has_lost_unit(self, unit_id: str) -> bool:
        """Tell whether a district is kept, and this unit is not of it."""
        ...


class ResourceChanges(Protocol):
    """Changes of resources, made together with the events that tell of them."""

    def keep_district(self, kept: KeptDistrict) -> None:
        """Keep whose resources these are, in place of what was kept before."""
        ...

    def keep_resource(self, resource: Resource) -> None:
        """Keep a resource, or what it has become."""
        ...

    def forget_resource(self, key: ResourceKey) -> None:
        """Keep a resource no longer."""
        ...


class MakesDistricts(Protocol):
    """Makes a district of resources and of what stays in its files: names, places, policy."""

    def of(self, resources: Resources) -> District:
        """Check the resources as the files are checked, and put the district together.

        Raises:
            InconsistentDistrict: they do not fit together.
        """
        ...
