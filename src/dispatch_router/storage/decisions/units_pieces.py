"""What was known of the units, as a list of all now and then, and what has changed since.

Thousands of positions come every second, and each is another answer to what the next decision was
made from. A whole list for each would say the same of most units over and over: so a piece tells
what is not as the piece before says, which names the one before in turn, up to one that tells of
all. Every change is encoded once, whatever the number of units and of decisions.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import compress
from operator import is_not
from typing import Any, Final, NamedTuple

import orjson
from pydantic import TypeAdapter

from dispatch_router.domain.packed_record import Piece
from dispatch_router.domain.positions import Fix
from dispatch_router.domain.unit_status import NOTHING_STATED, StatedStatus
from dispatch_router.domain.units_then import UnitsThen
from dispatch_router.storage.decisions.packing import piece_of, plain, unpacked

MAX_PIECES: Final = 128
"""No more have to be read for one decision."""
MAX_CHANGES_PER_UNIT: Final = 2
"""More are not told one after the other: to tell of all is then a small part of it."""

_FIXES: Final = TypeAdapter(list[Fix | None])
_BUSY: Final = TypeAdapter(dict[str, str])
_FREED: Final = TypeAdapter(list[str])
_STATED: Final = TypeAdapter(dict[int, StatedStatus])


class _Told(NamedTuple):
    """What the last decision was made from, and the pieces that tell it.

    Attributes:
        pieces: each follows the one before; the first tells of all.
        changes: how many single ones all but the first tell.
    """

    units: UnitsThen
    pieces: tuple[Piece, ...]
    changes: int


class _Changed(NamedTuple):
    """What is not as it was before: units by their index, and who is busy by id."""

    moved: list[int]
    stated: list[int]
    busy: dict[str, str]
    freed: list[str]
    from_memory: bool

    @property
    def size(self) -> int:
        """How many single changes there are."""
        return len(self.moved) + len(self.stated) + len(self.busy) + len(self.freed)


class UnitsEncoder:
    """Encodes what was known of the units, mostly by what has changed since the last decision.

    Safe to share between threads: of two at once each follows the same piece, or one the other.
    """

    def __init__(self) -> None:
        self._told: _Told | None = None

    def encode(self, units: UnitsThen) -> tuple[Piece, ...]:
        """Return the pieces that tell it, each after the one that it follows."""
        told = self._told
        if told is None or told.units is not units:
            self._told = told = _all_anew(units) if told is None else _told_after(told, units)
        return told.pieces


def read_units(name: str, pieces: Mapping[str, bytes]) -> UnitsThen:
    """Return what was known of the units.

    Args:
        name: of the piece that tells the last of it.
        pieces: the compressed pieces by name, that one and all before it.

    Raises:
        KeyError: one of them is missing.
        ValueError: one of them cannot be read.
    """
    left = dict(pieces)
    changes: list[dict[str, Any]] = []
    while "follows" in (members := orjson.loads(unpacked(left.pop(name)))):
        changes.append(members)
        name = members["follows"]
    fixes = _FIXES.validate_python(members["fixes"])
    stated = _STATED.validate_python(members["stated"])
    busy = _BUSY.validate_python(members["busy"])
    from_memory = members.get("from_memory", False)
    for change in reversed(changes):
        moved = _FIXES.validate_python(change["fixes"])
        for index, fix in zip(change["moved"], moved, strict=True):
            fixes[index] = fix
        stated.update(_STATED.validate_python(change["stated"]))
        for unit_id in _FREED.validate_python(change["freed"]):
            del busy[unit_id]
        busy.update(_BUSY.validate_python(change["busy"]))
        from_memory = change["from_memory"]
    statuses = tuple(stated.get(index, NOTHING_STATED) for index in range(members["count"]))
    return UnitsThen(tuple(fixes), statuses, busy, from_memory)


def _told_after(told: _Told, units: UnitsThen) -> _Told:
    """Tell what has changed, or of all where that says it shorter."""
    before, pieces = told.units, told.pieces
    counts = len(units.fixes), len(units.statuses)
    if counts != (len(before.fixes), len(before.statuses)) or len(pieces) == MAX_PIECES:
        return _all_anew(units)
    changed = _changes(before, units)
    if not changed.size and units.from_memory == before.from_memory:
        return _Told(units, pieces, told.changes)
    changes = told.changes + changed.size
    if 2 * changed.size > counts[0] or changes > MAX_CHANGES_PER_UNIT * counts[0]:
        return _all_anew(units)
    piece = piece_of(_changed_members(units, changed, pieces[-1].digest), pieces[-1].digest)
    return _Told(units, (*pieces, piece), changes)


def _all_anew(units: UnitsThen) -> _Told:
    return _Told(units, (piece_of(_members(units)),), 0)


def _changes(before: UnitsThen, units: UnitsThen) -> _Changed:
    """Find what has changed; what was taken in anew and says the same may be among it."""
    busy, was_busy = units.busy, before.busy
    is_same = busy is was_busy or busy == was_busy
    return _Changed(
        _not_the_same(before.fixes, units.fixes),
        _not_the_same(before.statuses, units.statuses),
        {} if is_same else dict(sorted(busy.items() - was_busy.items())),
        [] if is_same else sorted(was_busy.keys() - busy.keys()),
        units.from_memory,
    )


def _not_the_same(before: tuple[object, ...], after: tuple[object, ...]) -> list[int]:
    # By identity, in compiled code: there may be thousands of units, and few have moved.
    return [] if before is after else list(compress(range(len(after)), map(is_not, before, after)))


def _changed_members(units: UnitsThen, changed: _Changed, follows: str) -> dict[str, Any]:
    return {
        "follows": follows,
        "moved": changed.moved,
        "fixes": _fix_members([units.fixes[index] for index in changed.moved]),
        "stated": {str(index): plain(units.statuses[index]) for index in changed.stated},
        "busy": changed.busy,
        "freed": changed.freed,
        "from_memory": changed.from_memory,
    }


def _members(units: UnitsThen) -> dict[str, Any]:
    """Return what was known of all units, without what most of them never stated."""
    members = {
        "fixes": _fix_members(units.fixes),
        "stated": {
            str(index): plain(stated)
            for index, stated in enumerate(units.statuses)
            if stated is not NOTHING_STATED and stated != NOTHING_STATED
        },
        "count": len(units.statuses),
        "busy": plain(units.busy),
    }
    return members | {"from_memory": True} if units.from_memory else members


def _fix_members(fixes: tuple[Fix | None, ...] | list[Fix | None]) -> list[list[float] | None]:
    return [fix and list(fix) for fix in fixes]
