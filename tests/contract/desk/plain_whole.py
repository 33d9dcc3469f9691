"""What is kept beside the desk, as plainly: closures, what units state, resources."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dispatch_router.domain.resources import ResourceKey, ResourceKind
from dispatch_router.domain.unit_status import UnitStatus
from tests.contract.desk.plain_model import Model
from tests.resources import resources_of
from tests.small_district import SMALL_DISTRICT

NEEDED = {"posts/park", "units/t1"}
"""Others refer to these."""


@dataclass
class ModelClosure:
    made: datetime
    starts: datetime
    ends: datetime | None
    is_lifted: bool = False

    def is_open(self, now: datetime) -> bool:
        return not self.is_lifted and (self.ends is None or now < self.ends)

    def holds(self, now: datetime) -> bool:
        # A clock that goes back opens no road.
        then = max(now, self.made)
        return self.is_open(then) and self.starts <= then


@dataclass
class ModelStatus:
    status: UnitStatus
    since: datetime
    until: datetime | None

    def is_out(self, now: datetime) -> bool:
        is_over = self.until is not None and now >= self.until
        return self.status is not UnitStatus.IN_SERVICE and not is_over


def _resources() -> dict[ResourceKey, Any]:
    return {each.key: each.members for each in resources_of(SMALL_DISTRICT)}


@dataclass
class WholeModel(Model):
    closures: dict[str, ModelClosure] = field(default_factory=dict)
    statuses: dict[str, ModelStatus] = field(default_factory=dict)
    resources: dict[ResourceKey, Any] = field(default_factory=_resources)

    def close_roads(
        self, ids: list[str], starts: datetime, ends: datetime | None, now: datetime
    ) -> None:
        # Each closing forgets what is too old, also one that is sent without a key.
        self.forget_replies(now)
        self.closures |= {each: ModelClosure(now, starts, ends) for each in ids}
        self.events += len(ids)

    def lift(self, closure: str, now: datetime) -> None:
        if self.closures[closure].is_open(now):
            self.closures[closure].is_lifted = True
            self.events += 1

    def in_force(self, now: datetime) -> list[str]:
        return sorted(key for key, closure in self.closures.items() if closure.holds(now))

    def state(self, unit: str, stated: ModelStatus) -> None:
        self.statuses[unit] = stated
        self.events += 1

    def may_put(self, key: ResourceKey, expected: str) -> str | None:
        """``expected``: ``any``, ``new``, ``current`` or ``stale``."""
        fits = (key not in self.resources) if expected == "new" else (key in self.resources)
        return None if fits and expected != "stale" else "precondition_failed"

    def put(self, key: ResourceKey, members: Any) -> None:
        self.events += self.resources.get(key) != members
        self.resources[key] = members
        self._count_units()

    def may_remove(self, key: ResourceKey, expected: str) -> str | None:
        if key not in self.resources or expected == "stale":
            return "precondition_failed"
        if str(key) in NEEDED:
            return "resource_in_use"
        is_busy = key.kind is ResourceKind.UNITS and self.held(key.id) is not None
        return "unit_busy" if is_busy else None

    def remove(self, key: ResourceKey) -> None:
        del self.resources[key]
        self.events += 1
        self._count_units()

    def _count_units(self) -> None:
        self.units = {key.id for key in self.resources if key.kind is ResourceKind.UNITS}
