"""The district that answers now: its one owner, and the only way to change it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic

from dispatch_router.application.desk.committed import CommittedEvents
from dispatch_router.application.desk.ports import DeskStore
from dispatch_router.application.district.expected import Expected
from dispatch_router.application.district.keep import forget_resource, keep_resource
from dispatch_router.application.district.now import Assembly, DistrictNow
from dispatch_router.application.district.ports import MakesDistricts
from dispatch_router.application.district.refusals import why_refused
from dispatch_router.application.ports import Clock, FleetT
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.errors import InvalidDistrict, OutsideDistrict, StorageUnavailable
from dispatch_router.domain.event_log import OF_RESOURCES, Event
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.resource_errors import (
    InconsistentDistrict,
    InconsistentResource,
    ResourceMistake,
)
from dispatch_router.domain.resources import ResourceKey, Resources

_TRIES: Final = 5
_log = logging.getLogger(__name__)


class _Behind(Exception):
    """Another service has changed the district meanwhile."""


@dataclass(frozen=True, slots=True)
class Changed(Generic[FleetT]):
    """What became of a resource.

    Attributes:
        before: the district without the change.
        now: the district with it.
        is_new: there was no such resource before.
    """

    before: DistrictNow[FleetT]
    now: DistrictNow[FleetT]
    is_new: bool


class DistrictInUse(Generic[FleetT]):
    """Hands the district out to whoever begins something; safe to share between threads.

    What has begun ends on the district that it began with: another one is put together beside it
    and takes its place in one step, once the change is committed.
    """

    def __init__(
        self,
        now: DistrictNow[FleetT],
        assembly: Assembly[FleetT],
        maker: MakesDistricts,
        store: DeskStore,
        clock: Clock,
    ) -> None:
        """Begin with a district.

        Args:
            now: as it is kept.
            assembly: puts the next ones together.
            maker: checks them.
            store: keeps what they are made of.
            clock: the time of changes.
        """
        self._now = now
        self._assembly = assembly
        self._maker = maker
        self._store = store
        self._clock = clock
        self._changing = threading.Lock()
        self._tell: Callable[[], None] = lambda: None
        # Whoever changed something before ``follow`` was not heard.
        self._is_behind = True

    def current(self) -> DistrictNow[FleetT]:
        """Return the district; ask once for each thing that is done."""
        return self._now

    def follow(self, events: CommittedEvents) -> None:
        """Hear from now on of what other services commit, and tell of every change."""
        self._tell = events.catch_up
        events.subscribe(self._hear)

    def put(
        self, key: ResourceKey, members: Mapping[str, Any], expected: Expected
    ) -> Changed[FleetT]:
        """Change a resource, or make it; the next recommendation sees it.

        Args:
            key: which.
            members: what it is to say, as its file would.
            expected: what the client believes of it.

        Raises:
            PreconditionFailed: it is not as expected.
            InconsistentResource: it would not fit the rest of the district.
            ResourceInUse: others refer to what it was.
            StorageUnavailable: it could not be kept; nothing has changed.
        """
        return self._change(key, expected, lambda resources: resources.with_one(key, members))

    def remove(self, key: ResourceKey, expected: Expected) -> Changed[FleetT]:
        """Delete a resource; the next recommendation is made without it.

        Raises:
            PreconditionFailed: it is not as expected, or there is none.
            ResourceInUse: others refer to it.
            InconsistentResource: the district cannot be without it.
            UnitBusy: it is a unit on an assignment.
            StorageUnavailable: it could not be kept; nothing has changed.
        """
        return self._change(key, expected, lambda resources: resources.without(key))

    def catch_up(self) -> None:
        """Take over what another service has changed; what fails is tried again next time."""
        if self._is_behind:
            with self._changing:
                self._take_over()

    def catch_up_units(self) -> None:
        """Take over what units have told other services.

        Raises:
            StorageUnavailable: it could not be read; the next call makes up for it.
        """
        self._now.units.catch_up()

    def keep_positions(self) -> None:
        """Keep what units reported since the last call.

        Raises:
            StorageUnavailable: it could not be kept; the next call tries again.
        """
        self._now.units.keep_positions()

    def _change(
        self, key: ResourceKey, expected: Expected, change: Callable[[Resources], Resources]
    ) -> Changed[FleetT]:
        with self._changing:
            for _ in range(_TRIES):
                try:
                    changed = self._try(key, expected, change)
                except _Behind:
                    self._is_behind = True
                    self._take_over()
                else:
                    break
            else:
                raise StorageUnavailable(
                    "What other services have changed could not be taken over yet. Send the "
                    "request again; the log says more.",
                    "尚未能同步其他服务对辖区的修改。请稍后重发该请求，详情见日志。",
                )
        # Committed and in use, then published.
        self._tell()
        return changed

    def _try(
        self, key: ResourceKey, expected: Expected, change: Callable[[Resources], Resources]
    ) -> Changed[FleetT]:
        before = self._now
        self._require_newest(before)
        known = before.resources.get(key)
        expected.require(key, known)
        resources = change(before.resources)
        if resources.get(key) == known:
            return Changed(before, before, is_new=False)
        now = self._assembled(key, resources, before)
        now = now.at_version(self._commit(key, before, now))
        self._use(before, now)
        return Changed(before, now, is_new=known is None)

    def _assembled(
        self, key: ResourceKey, resources: Resources, before: DistrictNow[FleetT]
    ) -> DistrictNow[FleetT]:
        try:
            district = self._maker.of(resources)
        except InconsistentDistrict as found:
            raise why_refused(key, found.mistakes) from None
        now = self._assembly.next(resources, district, before)
        _require_place(now, key)
        return now

    def _commit(
        self, key: ResourceKey, before: DistrictNow[FleetT], now: DistrictNow[FleetT]
    ) -> int:
        with self._store.writing() as desk:
            kept = desk.kept_district()
            if kept is None or kept.version != before.resources.version:
                raise _Behind
            known, wanted = before.resources.get(key), now.resources.get(key)
            at = self._clock.now()
            if wanted is not None:
                event = keep_resource(desk, known, wanted, at)
            else:
                event = forget_resource(desk, before.resources[key], at)
            desk.keep_district(replace(kept, version=event.number))
        return event.number

    def _require_newest(self, before: DistrictNow[FleetT]) -> None:
        with self._store.reading() as view:
            kept = view.kept_district()
        if kept is None or kept.version != before.resources.version:
            raise _Behind

    def _use(self, before: DistrictNow[FleetT], now: DistrictNow[FleetT]) -> None:
        self._assembly.hand_over(before, now)
        self._now = now

    def _hear(self, events: Sequence[Event]) -> None:
        """Note that something has changed; to take it over takes longer than listeners may."""
        known = self._now.resources.version
        if any(event.kind in OF_RESOURCES and event.number > known for event in events):
            self._is_behind = True

    def _take_over(self) -> None:
        # Before reading: whatever is committed afterwards is heard of again.
        self._is_behind = False
        before = self._now
        try:
            with self._store.reading() as view:
                kept = view.kept_district()
                if kept is None or kept.version == before.resources.version:
                    return
                resources = view.resources()
            district = self._maker.of(resources)
            self._use(before, self._assembly.next(resources, district, before))
        except StorageUnavailable as error:
            self._is_behind = True
            _log.warning("changes of the district could not be read yet: %s", error.detail)
        except (InconsistentDistrict, InvalidDistrict) as error:
            _log.error(
                "another service has changed the district, and with this service's policy.yaml "
                "it cannot be used; the district stays as it was here: %s",
                error,
            )
        else:
            _log.info("the district was changed by another service; its changes are in use")


def _require_place(now: DistrictNow[Any], key: ResourceKey) -> None:
    """Ask for a call from where the resource is: a slip in a digit would leave it out of reach.

    Raises:
        InconsistentResource: no road of the district is near.
    """
    resource = now.resources.get(key)
    members = {} if resource is None else resource.members
    for path in ("position", "beat"):
        if path in members:
            where = LonLat(members[path]["lon"], members[path]["lat"])
            try:
                now.recommender.recommend(CallQuestion(where))
            except OutsideDistrict as error:
                mistake = ResourceMistake(key, path, error.detail, error.detail_zh)
                raise InconsistentResource([mistake]) from None
