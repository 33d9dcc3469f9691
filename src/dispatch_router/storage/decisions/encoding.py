"""A decision record as a few compressed pieces.

What many decisions share, the district, the conditions and the positions of the units, is a piece
of its own, named by its content, and so kept once. Everything is JSON: it can be read without this
program, and numbers come back as they were (shortest form that reads the same).
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import zlib
from collections.abc import Mapping
from datetime import datetime, time
from enum import Enum
from typing import Any, Final, NamedTuple, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from dispatch_router.domain.conditions import Conditions
from dispatch_router.domain.decision_record import Asked, DecisionRecord
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidState
from dispatch_router.domain.packed_record import PackedRecord, Piece
from dispatch_router.domain.positions import Fix
from dispatch_router.domain.unit_status import NOTHING_STATED, StatedStatus
from dispatch_router.domain.units_then import UnitsThen

VERSION: Final = 1
MAX_PIECE_BYTES: Final = 67_108_864
# Higher levels take twice the time, and make what changes most, positions, smaller by a hundredth.
_LEVEL: Final = 1

_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
"""Most values are of these, and are JSON's own."""

PieceT = TypeVar("PieceT")
_DISTRICT: Final = TypeAdapter(District)
_CONDITIONS: Final = TypeAdapter(Conditions)
_FIXES: Final = TypeAdapter(tuple[Fix | None, ...])
_BUSY: Final = TypeAdapter(dict[str, str])
_STATED: Final = TypeAdapter(dict[int, StatedStatus])
_ASKED: Final = TypeAdapter(Asked)


class Row(NamedTuple):
    """A decision as it is read: its own compressed part, and the names of what it shares."""

    decision_id: str
    at: datetime
    own: bytes
    reply: bytes | None
    district: str
    conditions: str
    units: str


class Encoder:
    """Encodes records; remembers the pieces of the last one, which the next mostly shares.

    Safe to share between threads: at worst two make the same piece.
    """

    def __init__(self) -> None:
        self._last: dict[str, tuple[object, Piece]] = {}

    def encode(self, record: DecisionRecord) -> PackedRecord:
        """Return a record as it is kept."""
        own = {
            "version": VERSION,
            "program": record.program,
            "graph_version": record.graph_version,
            "at": record.at,
            "asked": record.asked,
            "reply_sha256": record.reply_sha256,
        }
        return PackedRecord(
            record.decision_id,
            record.at,
            _packed(own)[1],
            None if record.reply is None else zlib.compress(record.reply, _LEVEL),
            self._piece("district", record.district),
            self._piece("conditions", record.conditions),
            self._piece("units", record.units),
        )

    def _piece(self, name: str, value: object) -> Piece:
        last = self._last.get(name)
        if last is not None and last[0] is value:
            return last[1]
        piece = Piece(*_packed(value))
        self._last[name] = value, piece
        return piece


def decode(row: Row, pieces: Mapping[str, bytes]) -> DecisionRecord:
    """Return the record of a row.

    Args:
        row: as it was encoded.
        pieces: the compressed pieces by name.

    Raises:
        InvalidState: it cannot be read, or a newer version has written it.
    """
    try:
        own = orjson.loads(_unpacked(row.own))
        if own["version"] != VERSION:
            raise _unreadable(row.decision_id, f"version {own['version']}")
        return DecisionRecord(
            decision_id=row.decision_id,
            at=datetime.fromisoformat(own["at"]),
            program=own["program"],
            graph_version=own["graph_version"],
            asked=_ASKED.validate_python(own["asked"]),
            reply=None if row.reply is None else _unpacked(row.reply),
            reply_sha256=own["reply_sha256"],
            district=_read(_DISTRICT, pieces[row.district]),
            conditions=_read(_CONDITIONS, pieces[row.conditions]),
            units=_units_of(orjson.loads(_unpacked(pieces[row.units]))),
        )
    except (ValidationError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise _unreadable(row.decision_id, type(error).__name__) from error


def _packed(value: object) -> tuple[str, bytes]:
    text = orjson.dumps(plain(value))
    return hashlib.sha256(text).hexdigest(), zlib.compress(text, _LEVEL)


def _unpacked(content: bytes) -> bytes:
    reader = zlib.decompressobj()
    text = reader.decompress(content, MAX_PIECE_BYTES)
    if not reader.eof:
        raise ValueError("longer than a piece may be, or cut off")
    return text


def _read(adapter: TypeAdapter[PieceT], content: bytes) -> PieceT:
    return adapter.validate_json(_unpacked(content))


def plain(value: Any) -> Any:
    """Return a value of the domain as JSON's own kinds; the same value gives the same, always."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if kind is UnitsThen:
        return _units_members(value)
    names = _field_names(kind)
    if names is not None:
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(each) for key, each in sorted(value.items())}
    if isinstance(value, frozenset):
        # Sets of words come in another order in every process.
        return sorted(plain(each) for each in value)
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return value


@functools.cache
def _field_names(kind: Any) -> tuple[str, ...] | None:
    """Return the fields of a dataclass; None for any other type."""
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple(field.name for field in dataclasses.fields(kind))


def _units_members(units: UnitsThen) -> dict[str, Any]:
    """Return what was known of the units, without what most of them never stated.

    Apart from the rest: there may be thousands of units, new for every decision.
    """
    members = {
        "fixes": [fix and list(fix) for fix in units.fixes],
        "stated": {
            str(index): plain(stated)
            for index, stated in enumerate(units.statuses)
            if stated is not NOTHING_STATED and stated != NOTHING_STATED
        },
        "count": len(units.statuses),
        "busy": plain(units.busy),
    }
    return members | {"from_memory": True} if units.from_memory else members


def _units_of(members: dict[str, Any]) -> UnitsThen:
    fixes = _FIXES.validate_python(members["fixes"])
    said = _STATED.validate_python(members["stated"])
    statuses = tuple(said.get(index, NOTHING_STATED) for index in range(members["count"]))
    busy = _BUSY.validate_python(members["busy"])
    return UnitsThen(fixes, statuses, busy, members.get("from_memory", False))


def _unreadable(decision_id: str, reason: str) -> InvalidState:
    return InvalidState(
        f"The record of the decision {decision_id} cannot be read ({reason}).",
        f"决策{decision_id}的记录无法读取（{reason}）。",
    )
