"""Where units say that they are: taken in, judged, counted and handed on."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.positions import (
    NO_TRACK,
    Fix,
    Forgotten,
    PositionPolicy,
    RefusedPosition,
    Track,
    judge_of,
)
from dispatch_router.domain.units import Unit, UnitMode

NEVER_MS: Final = np.iinfo(np.int64).max
"""In place of the time of a report where there is none: never too old."""

# Others wait for no more than these.
_AT_ONCE: Final = 64

Move = Callable[[Mapping[int, LonLat]], None]
"""Told where units are from now on, by their index."""


def stay(_: Mapping[int, LonLat]) -> None:
    """Move nothing: for whoever only wants to know the positions."""


class UnitFix(NamedTuple):
    """A position with the unit that it is of."""

    unit_id: str
    fix: Fix


class Refusal(NamedTuple):
    """A report that was not believed.

    Attributes:
        number: which of the reports that came together, from 0.
    """

    number: int
    unit_id: str
    reason: RefusedPosition


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of reports that came together."""

    accepted: int
    refused: tuple[Refusal, ...]


class LivePositions:
    """The newest believed position of every unit; safe to share between threads.

    Attributes:
        at_ms: shape (units,), when each position was measured, or ``NEVER_MS``. To be read only.
    """

    def __init__(
        self,
        units: Sequence[Unit],
        homes: Sequence[LonLat],
        policy: PositionPolicy,
        move: Move = stay,
    ) -> None:
        """Begin with no position known.

        Args:
            units: in the district's order.
            homes: where each is while it does not report: its post or beat.
            policy: what is believed.
            move: called with positions that are believed, before they are acknowledged.
        """
        self.at_ms: npt.NDArray[np.int64] = np.full(len(units), NEVER_MS, np.int64)
        self._homes = homes
        self._index = {unit.id: index for index, unit in enumerate(units)}
        self._judges = [judge_of(policy, unit.mode) for unit in units]
        self._tracks = [NO_TRACK] * len(units)
        self._fixes: list[Fix | None] = [None] * len(units)
        # What was measured until then is of no use: somebody has deleted it.
        self._forgotten_ms = [0] * len(units)
        # Counts the changes of the fixes, of which ``fixes`` makes a tuple at most once each.
        self._version = 0
        self._fixes_made: tuple[int, tuple[Fix | None, ...]] = -1, ()
        self._move = move
        self._moved: dict[int, LonLat] = {}
        self._counts: Counter[str] = Counter()
        self._unsaved: dict[str, Fix | Forgotten] = {}
        # A ranking that holds it asks for the fixes inside.
        self._lock = threading.RLock()
        # Who took over, once the district has changed: whoever still reports here reports there.
        self._heir: LivePositions | None = None
        judge = judge_of(policy, UnitMode.CAR)
        self._lost_after_ms, self._future_within_ms = judge.lost_after_ms, judge.future_within_ms

    def take(self, reports: Sequence[UnitFix], now_ms: int) -> Taken:
        """Take in reports in their order; the next ranking sees those that are believed."""
        refused: list[Refusal] = []
        for first in range(0, len(reports), _AT_ONCE):
            refused += self.take_part(reports[first : first + _AT_ONCE], first, now_ms)
        return Taken(len(reports) - len(refused), tuple(refused))

    def take_part(self, part: Sequence[UnitFix], first: int, now_ms: int) -> list[Refusal]:
        """Take in reports that others need not wait for, numbered from ``first``."""
        with self._lock:
            heir = self._heir
            if heir is None:
                refused = [
                    Refusal(number, unit_id, reason)
                    for number, (unit_id, fix) in enumerate(part, first)
                    if (reason := self._take_one(unit_id, fix, now_ms)) is not None
                ]
                self._move_on()
                self._counts.update(refusal.reason for refusal in refused)
                self._counts["accepted"] += len(part) - len(refused)
                return refused
        return heir.take_part(part, first, now_ms)

    def forget(self, unit_id: str, now_ms: int) -> None:
        """Let a unit be at its post or beat again until it reports anew."""
        with self._lock:
            heir, index = self._heir, self._index.get(unit_id)
            if heir is None and index is not None:
                newest = self._tracks[index].newest
                is_ahead = newest is not None and now_ms < newest.at_ms <= self.latest_ms(now_ms)
                at_ms = newest.at_ms if newest is not None and is_ahead else now_ms
                self._set(index, NO_TRACK, at_ms)
                self._move_on()
                self._unsaved[unit_id] = Forgotten(at_ms)
        if heir is not None:
            heir.forget(unit_id, now_ms)

    def hand_over(self, heir: LivePositions) -> None:
        """Let the units of a district that has changed be where they were in the one before.

        Whatever is reported here from now on is taken in there.
        """
        with self._lock:
            heir.copy(self)
            heir.inherit(self._counts, self._unsaved)
            self._heir = heir

    def copy(self, before: LivePositions) -> None:
        """Put the units that were known before where they are there; others stay where they are."""
        for unit_id, known in before._index.items():
            index = self._index.get(unit_id)
            if index is None:
                continue
            track, forgotten_ms = before._tracks[known], before._forgotten_ms[known]
            if track is not self._tracks[index] or forgotten_ms != self._forgotten_ms[index]:
                with self._lock:
                    self._set(index, track, forgotten_ms)
                    self._move_on()

    def take_known(self, known: Mapping[str, Fix | Forgotten], now_ms: int) -> None:
        """Take over what is kept already, told to another service or before a restart.

        It was believed when it was reported. What is known here and was measured later stays, and
        so do the homes of units whose position would count as lost.
        """
        for unit_id, position in known.items():
            index = self._index.get(unit_id)
            if index is None or position.at_ms < now_ms - self._lost_after_ms:
                continue
            with self._lock:
                if self._is_news(index, position, now_ms):
                    self._take_over(index, position)
                    self._move_on()
                    # What waits to be kept is older, and would be refused.
                    self._unsaved.pop(unit_id, None)

    def latest_ms(self, now_ms: int) -> int:
        """Return the time after which nothing counts: it was measured by a clock that went back."""
        return now_ms + self._future_within_ms

    def still(self) -> AbstractContextManager[object]:
        """Let no position change meanwhile; whoever reports waits."""
        return self._lock

    def fixes(self) -> tuple[Fix | None, ...]:
        """Return the newest believed position of every unit; the same object while they hold."""
        # With the lock: else a ranking could take note of positions that it has not searched from.
        with self._lock:
            made_at, fixes = self._fixes_made
            if made_at != self._version:
                fixes = tuple(self._fixes)
                self._fixes_made = self._version, fixes
            return fixes

    def newest(self, index: int) -> Fix | None:
        """Return the newest believed position of a unit; None where it never reported."""
        return self._tracks[index].newest

    def counts(self) -> Mapping[str, int]:
        """Return how many reports were ``accepted``, and refused by reason, since the start."""
        with self._lock:
            return {key: self._counts[key] for key in ("accepted", *RefusedPosition)}

    def take_unsaved(self) -> dict[str, Fix | Forgotten]:
        """Return what changed since the last call, by unit."""
        with self._lock:
            unsaved, self._unsaved = self._unsaved, {}
        return unsaved

    def unsaved_count(self) -> int:
        """Return how many units have changed since ``take_unsaved``."""
        return len(self._unsaved)

    def put_back_unsaved(self, unsaved: Mapping[str, Fix | Forgotten]) -> None:
        """Return what could not be kept; what changed in the meantime counts instead."""
        with self._lock:
            heir = self._heir
            if heir is None:
                self._unsaved = {**unsaved, **self._unsaved}
        if heir is not None:
            heir.put_back_unsaved(unsaved)

    def inherit(self, counts: Mapping[str, int], unsaved: Mapping[str, Fix | Forgotten]) -> None:
        """Go on counting and keeping where another has left off."""
        with self._lock:
            self._counts.update(counts)
            self._unsaved = {**unsaved, **self._unsaved}

    def _take_one(self, unit_id: str, fix: Fix, now_ms: int) -> RefusedPosition | None:
        index = self._index.get(unit_id)
        if index is None:
            return RefusedPosition.UNKNOWN_UNIT
        if fix.at_ms <= self._forgotten_ms[index] <= self.latest_ms(now_ms):
            return RefusedPosition.OLDER
        track, reason = self._judges[index].take(self._tracks[index], fix, now_ms)
        if reason is None:
            self._set(index, track)
            self._unsaved[unit_id] = fix
        else:
            self._tracks[index] = track
        return reason

    def _set(self, index: int, track: Track, forgotten_ms: int | None = None) -> None:
        fix = track.newest
        if forgotten_ms is not None:
            self._forgotten_ms[index] = forgotten_ms
        self._tracks[index] = track
        self._fixes[index] = fix
        self._version += 1
        self.at_ms[index] = NEVER_MS if fix is None else fix.at_ms
        self._moved[index] = self._homes[index] if fix is None else LonLat(fix.lon, fix.lat)

    def _move_on(self) -> None:
        """Hand on who has moved: before the lock is given back, and so before any ranking."""
        if self._moved:
            self._move(self._moved)
            self._moved = {}

    def _is_news(self, index: int, position: Fix | Forgotten, now_ms: int) -> bool:
        newest = self._tracks[index].newest
        known_ms = self._forgotten_ms[index] if newest is None else newest.at_ms
        if position.at_ms <= self.latest_ms(now_ms) < known_ms:
            return True
        is_forgotten = isinstance(position, Forgotten) and newest is not None
        return position.at_ms > known_ms or (is_forgotten and position.at_ms == known_ms)

    def _take_over(self, index: int, position: Fix | Forgotten) -> None:
        if isinstance(position, Forgotten):
            self._set(index, NO_TRACK, position.at_ms)
        else:
            self._set(index, Track(position))
