"""Keeping decision records without letting a call wait for it."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from dispatch_router.application.retention import Retention
from dispatch_router.domain.decision_record import Asked, DecisionRecord
from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.domain.recommendation import Recommendation

_log = logging.getLogger(__name__)
MAX_PENDING: Final = 4_000
MAX_PENDING_BYTES: Final = 128 * 2**20
"""Of more, the oldest are lost: answering goes on even where nothing can be written for long."""
KEPT_WHOLE_BYTES: Final = 32_768
"""A longer answer is kept without the units that are not recommended: with hundreds of units they
are nearly all of it, say little, and can be told again by a replay."""
MAX_REPLY_BYTES: Final = 262_144


class KeptRecords(Protocol):
    """Has decision records. Every method raises ``StorageUnavailable`` where it cannot."""

    def get(self, decision_id: str) -> DecisionRecord | None:
        """Return one record; None where there is none, or no longer."""
        ...


class DecisionStore(KeptRecords, Protocol):
    """Keeps decision records."""

    def put(self, records: Sequence[DecisionRecord]) -> None:
        """Keep records, all or none; one that is kept already stays as it is."""
        ...

    def prune(self, before: datetime, most: int, at_once: int) -> int:
        """Forget the oldest records: those made before a time, and those beyond ``most``.

        Returns:
            How many were forgotten, ``at_once`` at most.
        """
        ...


class WrittenAnswer(NamedTuple):
    """A recommendation as it is sent, and without the units that it does not recommend."""

    reply: bytes
    short: bytes


class _Noted(NamedTuple):
    """All that a record is made from; making it can wait, the call cannot."""

    asked: Asked
    made: Recommendation
    written: WrittenAnswer


@dataclass(frozen=True, slots=True)
class Records:
    """Makes the records of recommendations.

    Attributes:
        program: version of this program.
    """

    program: str

    def of(self, asked: Asked, made: Recommendation, written: WrittenAnswer) -> DecisionRecord:
        """Return the record of a recommendation.

        Args:
            asked: the question.
            made: the answer.
            written: the answer.
        """
        reply, short = written
        kept = reply if len(reply) <= KEPT_WHOLE_BYTES else short
        return DecisionRecord(
            decision_id=made.decision_id,
            at=made.at,
            program=self.program,
            graph_version=made.graph_version,
            asked=asked,
            reply=kept if len(kept) <= MAX_REPLY_BYTES else None,
            reply_sha256=hashlib.sha256(reply).hexdigest(),
            district=made.district,
            conditions=made.conditions,
            units=made.units,
        )


class DecisionLog:
    """Takes note of every recommendation at once, and stores what was noted in batches.

    Safe to share between threads.
    """

    def __init__(
        self,
        store: DecisionStore,
        records: Records,
        retention: Retention,
        at_the_desk: KeptRecords,
    ) -> None:
        """Begin with nothing noted.

        Args:
            store: where records go.
            records: makes them.
            retention: how long records are kept.
            at_the_desk: has those that are kept with incidents, in their transactions.
        """
        self._at_the_desk = at_the_desk
        self._store = store
        self._records = records
        self._retention = retention
        self._pending: dict[str, _Noted] = {}
        self._pending_bytes = 0
        self._changing = threading.Lock()
        self._flushing = threading.Lock()
        self._lost = 0
        self._failing = False

    def note(self, asked: Asked, made: Recommendation, written: WrittenAnswer) -> None:
        """Take note of a recommendation; it can be found from now on."""
        with self._changing:
            self._pending[made.decision_id] = _Noted(asked, made, written)
            self._pending_bytes += len(written.reply)
            while len(self._pending) > MAX_PENDING or self._pending_bytes > MAX_PENDING_BYTES:
                self._forget(next(iter(self._pending)))
                self._lost += 1

    def find(self, decision_id: str) -> DecisionRecord | None:
        """Return one record; None where there is none, or no longer.

        Raises:
            StorageUnavailable: what is stored cannot be read.
        """
        with self._changing:
            noted = self._pending.get(decision_id)
        if noted is not None:
            return self._record(noted)
        return self._store.get(decision_id) or self._at_the_desk.get(decision_id)

    def flush(self, now: datetime) -> None:
        """Store what was noted and forget what is too old; what fails is tried again next time."""
        with self._flushing:
            with self._changing:
                noted = list(self._pending.values())
                lost, self._lost = self._lost, 0
            if lost:
                _log.error("%d decisions were not kept: too many at once, or no storage", lost)
            if not noted:
                return
            try:
                self._store.put([self._record(each) for each in noted])
            except StorageUnavailable as error:
                # Said once, not every second.
                if not self._failing:
                    _log.error("decisions are not stored yet: %s", error.detail)
                self._failing = True
                return
            if self._failing:
                _log.warning("decisions are stored again")
            self._failing = False
            with self._changing:
                for each in noted:
                    self._forget(each.made.decision_id)
            self._prune(now, 2 * len(noted))

    def _forget(self, decision_id: str) -> None:
        noted = self._pending.pop(decision_id, None)
        if noted is not None:
            self._pending_bytes -= len(noted.written.reply)

    def _record(self, noted: _Noted) -> DecisionRecord:
        return self._records.of(*noted)

    def _prune(self, now: datetime, at_once: int) -> None:
        try:
            self._store.prune(now - self._retention.age, self._retention.most, at_once)
        except StorageUnavailable as error:
            _log.error("old decisions are not forgotten yet: %s", error.detail)
