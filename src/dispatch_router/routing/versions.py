"""Arrays that change in a few places, while whoever began to read one state of them goes on.

Copying an array takes as long as it is long; a closure changes a few places of it. So the memory of
a state that nobody reads any more is used again for the next one: what has changed in between is
written into it, and nothing else. Two pieces of memory take turns, as long as readers come and go.

Every array that is handed out, and every array cut from it, keeps a lease alive. When the lease is
gone, nobody can read the memory, whichever thread it was and however long it took.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

import numpy as np

from dispatch_router.routing.graph import Int32, Int64, UInt8

AnArray = TypeVar("AnArray", Int32, Int64, UInt8)

STATES_AT_MOST = 16
"""What has changed is known over so many states; memory that is older is given up."""

COPIED_FROM_SHARE = 8
"""Where more than one place in so many has changed, copying everything is as quick."""


class Version(Generic[AnArray]):
    """One state of an array.

    Attributes:
        array: read-only.
    """

    __slots__ = ("_spare", "_state", "array")

    def __init__(self, array: AnArray) -> None:
        """Begin with an array that nobody writes to."""
        self.array: AnArray = _read_only(array)
        self._state = _State(None, np.empty(0, dtype=np.int32))
        # One is enough: the memory of the state before, when everybody has gone on to this one.
        self._spare: deque[tuple[AnArray, _State]] = deque(maxlen=1)

    def draft(self) -> AnArray:
        """Return memory with the same contents, to be changed and handed to ``next``."""
        try:
            memory, state = self._spare.pop()
        except IndexError:
            return self.array.copy()
        at_most = len(self.array) // COPIED_FROM_SHARE
        places = _places_between(state, self._state, at_most)
        if places is None:
            return self.array.copy()
        for changed in places:
            memory[changed] = self.array[changed]
        return memory

    def next(self, draft: AnArray, places: Int32) -> Version[AnArray]:
        """Make the state that follows this one; this one stays as it is.

        Args:
            draft: from ``draft`` of this state; nobody else may have it.
            places: every place that was written to.
        """
        other: Version[AnArray] = object.__new__(type(self))
        other._state, other._spare = _State(self._state, places), self._spare
        lease = _Lease(draft)
        weakref.finalize(lease, self._spare.append, (draft, other._state)).atexit = False
        other.array = _read_only(np.asarray(lease))
        return other


class _Lease:
    """Memory to lay an array over; NumPy keeps this alive for as long as there is one."""

    __slots__ = ("__array_interface__", "__weakref__")

    def __init__(self, memory: np.ndarray) -> None:
        self.__array_interface__ = memory.__array_interface__


class _State:
    """Which places are others than in the state before."""

    __slots__ = ("before", "places")

    def __init__(self, before: _State | None, places: Int32) -> None:
        self.before, self.places = before, places
        oldest = self
        for _ in range(STATES_AT_MOST):
            if oldest.before is None:
                return
            oldest = oldest.before
        # Else every state that ever was would be kept.
        oldest.before = None


def _line_of(state: _State) -> Iterator[_State]:
    at: _State | None = state
    while at is not None:
        yield at
        at = at.before


def _places_between(one: _State, other: _State, at_most: int) -> list[Int32] | None:
    """List the places that two states may differ in; None where that is not known, or too many."""
    line = list(_line_of(one))
    found: list[Int32] = []
    for state in _line_of(other):
        if state in line:
            # Both came from here, each by its own changes.
            found += [each.places for each in line[: line.index(state)]]
            return found if sum(map(len, found)) <= at_most else None
        found.append(state.places)
    return None


def _read_only(array: AnArray) -> AnArray:
    view = np.asarray(array).view(np.ndarray)[:]
    view.flags.writeable = False
    return view
