"""Where units say that they are: taken in, judged, counted and handed on."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.positions import (
    NO_TRACK,
    Fix,
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

Move = Callable[[int, LonLat], None]
"""Told the index of a unit and where it is from now on."""


def stay(_index: int, _position: LonLat) -> None:
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
            move: called for every position that is believed, before it is acknowledged, in the
                order in which they count.
        """
        self.at_ms: npt.NDArray[np.int64] = np.full(len(units), NEVER_MS, np.int64)
        self._homes = homes
        self._index = {unit.id: index for index, unit in enumerate(units)}
        self._judges = [judge_of(policy, unit.mode) for unit in units]
        self._tracks = [NO_TRACK] * len(units)
        self._fixes: list[Fix | None] = [None] * len(units)
        # Counts the changes of the fixes, of which ``fixes`` makes a tuple at most once each.
        self._version = 0
        self._fixes_made: tuple[int, tuple[Fix | None, ...]] = -1, ()
        self._move = move
        self._counts: Counter[str] = Counter()
        self._unsaved: dict[str, Fix | None] = {}
        self._lock = threading.Lock()
        # Who took over, once the district has changed: whoever still reports here reports there.
        self._heir: LivePositions | None = None
        self._lost_after_ms = judge_of(policy, UnitMode.CAR).lost_after_ms

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
                self._counts.update(refusal.reason for refusal in refused)
                self._counts["accepted"] += len(part) - len(refused)
                return refused
        return heir.take_part(part, first, now_ms)

    def forget(self, unit_id: str) -> None:
        """Let a unit be at its post or beat again until it reports anew."""
        with self._lock:
            heir, index = self._heir, self._index.get(unit_id)
            if heir is None and index is not None:
                self._set(index, NO_TRACK)
                self._unsaved[unit_id] = None
        if heir is not None:
            heir.forget(unit_id)

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
            index, track = self._index.get(unit_id), before._tracks[known]
            if index is not None and track is not self._tracks[index]:
                with self._lock:
                    self._set(index, track)

    def restore(self, kept: Sequence[UnitFix], now_ms: int) -> None:
        """Begin from what was kept, but for units that are gone and positions that are lost."""
        with self._lock:
            for unit_id, fix in kept:
                index = self._index.get(unit_id)
                if index is not None and fix.at_ms >= now_ms - self._lost_after_ms:
                    self._set(index, Track(fix))

    def fixes(self) -> tuple[Fix | None, ...]:
        """Return the newest believed position of every unit; the same object while they hold."""
        # Without the lock: what is made while something changes is made anew the next time.
        version, (made_at, fixes) = self._version, self._fixes_made
        if made_at != version:
            fixes = tuple(self._fixes)
            self._fixes_made = version, fixes
        return fixes

    def newest(self, index: int) -> Fix | None:
        """Return the newest believed position of a unit; None where it never reported."""
        return self._tracks[index].newest

    def counts(self) -> Mapping[str, int]:
        """Return how many reports were ``accepted``, and refused by reason, since the start."""
        with self._lock:
            return {key: self._counts[key] for key in ("accepted", *RefusedPosition)}

    def take_unsaved(self) -> dict[str, Fix | None]:
        """Return what changed since the last call, by unit; None where a position is forgotten."""
        with self._lock:
            unsaved, self._unsaved = self._unsaved, {}
        return unsaved

    def unsaved_count(self) -> int:
        """Return how many units have changed since ``take_unsaved``."""
        return len(self._unsaved)

    def put_back_unsaved(self, unsaved: Mapping[str, Fix | None]) -> None:
        """Return what could not be kept; what changed in the meantime counts instead."""
        with self._lock:
            heir = self._heir
            if heir is None:
                self._unsaved = {**unsaved, **self._unsaved}
        if heir is not None:
            heir.put_back_unsaved(unsaved)

    def inherit(self, counts: Mapping[str, int], unsaved: Mapping[str, Fix | None]) -> None:
        """Go on counting and keeping where another has left off."""
        with self._lock:
            self._counts.update(counts)
            self._unsaved = {**unsaved, **self._unsaved}

    def _take_one(self, unit_id: str, fix: Fix, now_ms: int) -> RefusedPosition | None:
        index = self._index.get(unit_id)
        if index is None:
            return RefusedPosition.UNKNOWN_UNIT
        track, reason = self._judges[index].take(self._tracks[index], fix, now_ms)
        if reason is None:
            self._set(index, track)
            self._unsaved[unit_id] = fix
        else:
            self._tracks[index] = track
        return reason

    def _set(self, index: int, track: Track) -> None:
        fix = track.newest
        self._tracks[index] = track
        self._fixes[index] = fix
        self._version += 1
        self.at_ms[index] = NEVER_MS if fix is None else fix.at_ms
        self._move(index, self._homes[index] if fix is None else LonLat(fix.lon, fix.lat))
