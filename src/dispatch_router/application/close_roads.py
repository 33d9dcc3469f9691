"""Closing and slowing roads, and lifting that again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dispatch_router.application.closure_drafts import ClosureDraft
from dispatch_router.application.closure_ports import ClosureStore
from dispatch_router.application.desk.committed import CommittedEvents
from dispatch_router.application.ports import Clock, ClosableRoads, DecisionIds
from dispatch_router.application.retries import Answer, RequestKey, TakenMeanwhile, first_reply
from dispatch_router.application.road_conditions import RoadConditions
from dispatch_router.domain.closures import ClosureRecord
from dispatch_router.domain.conditions import ClosedRoads
from dispatch_router.domain.errors import ClosesNothing, TooManyClosures
from dispatch_router.domain.names import Name

MAX_OPEN: Final = 1_000
"""Closures in force or to come."""
MAX_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class ListedClosure:
    """A closure as people look at it.

    Attributes:
        in_force: now.
        length_m: of the road parts that it concerns on the road graph in use.
        road_names: of those, distinct.
    """

    record: ClosureRecord
    in_force: bool
    length_m: float
    road_names: tuple[Name, ...]

    @property
    def id(self) -> str:
        """The closure's."""
        return self.record.id


class CloseRoads:
    """Keeps closures in the store and on the roads; safe to share between threads.

    A change is committed first and then put on the roads; whoever made it hears of it after both,
    so that the next search sees it.
    """

    def __init__(
        self,
        roads: ClosableRoads,
        conditions: RoadConditions,
        store: ClosureStore,
        clock: Clock,
        ids: DecisionIds,
    ) -> None:
        """Put the closures that the store has on the roads.

        Raises:
            StorageUnavailable: they cannot be read.
        """
        self._roads = roads
        self._conditions = conditions
        self._store = store
        self._clock = clock
        self._ids = ids
        self._changing = threading.Lock()
        self._tell: Callable[[], None] = lambda: None
        self._measured: dict[str, tuple[str, float, tuple[Name, ...]]] = {}
        at = clock.now()
        # Replaced as a whole: whoever reads it needs no lock.
        self._open = {record.id: record for record in store.open_at(at)}
        self._publish(at)

    def follow(self, events: CommittedEvents) -> None:
        """Tell from now on of every change."""
        self._tell = events.catch_up

    def add(self, drafts: Sequence[ClosureDraft], *, batch: bool) -> list[ListedClosure]:
        """Close or slow roads, once, and return what was made; see ``close``."""
        made: list[ListedClosure] = []

        def write(listed: list[ListedClosure]) -> bytes:
            made.extend(listed)
            return b""

        self.close(drafts, Answer(write), batch=batch)
        return made

    def close(
        self, drafts: Sequence[ClosureDraft], answer: Answer[list[ListedClosure]], *, batch: bool
    ) -> bytes:
        """Close or slow roads: all that is asked for, or nothing of it.

        Args:
            drafts: 1 to ``MAX_BATCH``.
            answer: how to reply; a repetition gets the first reply.
            batch: the drafts were asked for as a list, so that a mistake is said with its place.

        Raises:
            InvalidQuestion: a draft has a mistake.
            ClosesNothing: a draft concerns no road.
            TooManyClosures: ``MAX_OPEN`` would be exceeded.
            IdempotencyKeyReused: the key belongs to another request.
            StorageUnavailable: nothing could be kept.
        """
        with self._changing:
            kept = self._earlier(answer.key)
            if kept is not None:
                return kept
            at = self._clock.now()
            still_open = self._still_open(at)
            if len(still_open) + len(drafts) > MAX_OPEN:
                raise _too_many(len(still_open))
            records = [
                self._record(draft, at, f"closures.{index}" if batch else "")
                for index, draft in enumerate(drafts)
            ]
            reply = answer.write([self._listed(record, at) for record in records])
            try:
                self._store.add(records, answer.key, reply)
            except TakenMeanwhile:
                return self._earlier(answer.key) or reply
            self._open = still_open | {record.id: record for record in records}
            self._publish(at)
        # On the roads, then told of.
        self._tell()
        return reply

    def lift(self, closure_id: str) -> ListedClosure | None:
        """Lift a closure; one that is over or lifted already stays as it is.

        Returns:
            None where there is no such closure.

        Raises:
            StorageUnavailable: it could not be noted.
        """
        with self._changing:
            at = self._clock.now()
            # Another service may have made it, and this one not have heard of it yet.
            record = self._open.get(closure_id) or self._store.find(closure_id)
            if record is not None and record.is_open_at(at):
                self._store.lift(closure_id, at)
                still_open = self._still_open(at)
                still_open.pop(closure_id, None)
                self._open = still_open
                self._publish(at)
        self._tell()
        return self.read(closure_id)

    def catch_up(self) -> None:
        """Take over what another service on the same store has closed or lifted.

        Raises:
            StorageUnavailable: it could not be read; everything stays as it is.
        """
        with self._changing:
            at = self._clock.now()
            found = {record.id: record for record in self._store.open_at(at)}
            if found != self._still_open(at):
                self._open = found
                self._publish(at)

    def read(self, closure_id: str) -> ListedClosure | None:
        """Return one closure, over or not; None where there is no such closure.

        Raises:
            StorageUnavailable: it could not be read.
        """
        record = self._open.get(closure_id) or self._store.find(closure_id)
        return None if record is None else self._listed(record, self._clock.now())

    def page(
        self, *, after: str | None, limit: int, in_force: bool
    ) -> tuple[list[ListedClosure], str | None]:
        """Return closures in force or to come, by id.

        Args:
            after: an id; None to begin with the first.
            limit: how many at most.
            in_force: leave those out that are still to come.

        Returns:
            The closures, and the id after which more are; None where there are no more.
        """
        records, more_after = self._page(after=after, limit=limit, in_force=in_force)
        at = self._clock.now()
        return [self._listed(record, at) for record in records], more_after

    def on_map(
        self, *, after: str | None, limit: int, in_force: bool, points: int
    ) -> tuple[list[tuple[ListedClosure, ClosedRoads]], str | None]:
        """Return the same with the shapes of the roads.

        Args:
            after: as of ``page``.
            limit: the same.
            in_force: the same.
            points: no further closure is added once the shapes have this many positions.
        """
        records, more_after = self._page(after=after, limit=limit, in_force=in_force)
        at = self._clock.now()
        shown: list[tuple[ListedClosure, ClosedRoads]] = []
        for record in records:
            if points <= 0:
                return shown, shown[-1][0].id
            roads = self._roads.closed_roads(record.closure)
            points -= sum(len(line) for line in roads.lines)
            shown.append((self._listed(record, at), roads))
        return shown, more_after

    def _page(
        self, *, after: str | None, limit: int, in_force: bool
    ) -> tuple[list[ClosureRecord], str | None]:
        at = self._clock.now()
        wanted = [
            record
            for closure_id, record in sorted(self._open.items())
            if (after is None or closure_id > after)
            and (record.holds_at(at) if in_force else record.is_open_at(at))
        ]
        page = wanted[:limit]
        return page, page[-1].id if len(wanted) > limit else None

    def _earlier(self, request: RequestKey | None) -> bytes | None:
        return None if request is None else first_reply(self._store.kept_reply(request), request)

    def _record(self, draft: ClosureDraft, at: datetime, path: str) -> ClosureRecord:
        closure = draft.closure(self._ids.next_id(), at, path)
        roads = self._roads.closed_roads(closure, with_lines=False)
        if roads.length_m == 0.0:
            where, where_zh = (f"{path}: ", f"{path}：") if path else ("", "")
            raise ClosesNothing(
                f"{where}No road of the district lies there, runs along there or has this name, in "
                "this direction and for these modes. Check the positions, crs and the name.",
                f"{where_zh}该位置、沿线或该名称在本辖区内没有符合方向和出行方式的道路。"
                "请核对坐标、坐标系和路名。",
            )
        self._measured[closure.id] = self._measure(roads)
        return ClosureRecord(closure, at)

    def _still_open(self, at: datetime) -> dict[str, ClosureRecord]:
        return {key: record for key, record in self._open.items() if record.is_open_at(at)}

    def _publish(self, at: datetime) -> None:
        for closure_id in list(self._measured):
            if closure_id not in self._open:
                self._measured.pop(closure_id, None)
        self._conditions.replace_closures(list(self._open.values()), at)

    def _listed(self, record: ClosureRecord, at: datetime) -> ListedClosure:
        known = self._measured.get(record.id)
        if known is None or known[0] != self._roads.summary().version:
            known = self._measure(self._roads.closed_roads(record.closure, with_lines=False))
            if record.id in self._open:
                self._measured[record.id] = known
        return ListedClosure(record, record.holds_at(at), known[1], known[2])

    def _measure(self, roads: ClosedRoads) -> tuple[str, float, tuple[Name, ...]]:
        return self._roads.summary().version, roads.length_m, roads.road_names


def _too_many(kept: int) -> TooManyClosures:
    return TooManyClosures(
        f"{kept} closures are in force or to come, and at most {MAX_OPEN} are kept. Lift those "
        "that nobody needs, or close an area in place of its roads one by one.",
        f"现有{kept}条生效或待生效的封闭，最多保留{MAX_OPEN}条。"
        "请解除不再需要的封闭，或用一个区域代替逐条封闭道路。",
    )
