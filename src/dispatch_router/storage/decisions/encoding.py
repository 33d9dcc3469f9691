"""A decision record as a few compressed pieces.

What many decisions share, the district, the conditions and what was known of the units, are pieces
of their own, named by their content, and so kept once. Everything is JSON: it can be read without
this program, and numbers come back as they were (shortest form that reads the same).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from dispatch_router.domain.conditions import Conditions
from dispatch_router.domain.decision_record import Asked, DecisionRecord
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidState
from dispatch_router.domain.packed_record import PackedRecord, Piece
from dispatch_router.storage.decisions.packing import compressed, piece_of, plain, unpacked
from dispatch_router.storage.decisions.units_pieces import UnitsEncoder, read_units

VERSION: Final = 2
"""Since this one the units are told by what has changed."""
READABLE: Final = frozenset({1, VERSION})

PieceT = TypeVar("PieceT")
_DISTRICT: Final = TypeAdapter(District)
_CONDITIONS: Final = TypeAdapter(Conditions)
_ASKED: Final = TypeAdapter(Asked)


class Row(NamedTuple):
    """A decision as it is read: its own compressed part, and the names of what it shares.

    Attributes:
        units: the last of the pieces that tell of the units.
    """

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
        self._units = UnitsEncoder()

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
            compressed(orjson.dumps(plain(own))),
            None if record.reply is None else compressed(record.reply),
            self._piece("district", record.district),
            self._piece("conditions", record.conditions),
            self._units.encode(record.units),
        )

    def _piece(self, name: str, value: object) -> Piece:
        last = self._last.get(name)
        if last is not None and last[0] is value:
            return last[1]
        piece = piece_of(plain(value))
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
        own = orjson.loads(unpacked(row.own))
        if own["version"] not in READABLE:
            raise _unreadable(row.decision_id, f"version {own['version']}")
        return DecisionRecord(
            decision_id=row.decision_id,
            at=datetime.fromisoformat(own["at"]),
            program=own["program"],
            graph_version=own["graph_version"],
            asked=_ASKED.validate_python(own["asked"]),
            reply=None if row.reply is None else unpacked(row.reply),
            reply_sha256=own["reply_sha256"],
            district=_read(_DISTRICT, pieces[row.district]),
            conditions=_read(_CONDITIONS, pieces[row.conditions]),
            units=read_units(row.units, pieces),
        )
    except (ValidationError, LookupError, ValueError, TypeError, zlib.error) as error:
        raise _unreadable(row.decision_id, type(error).__name__) from error


def _read(adapter: TypeAdapter[PieceT], content: bytes) -> PieceT:
    return adapter.validate_json(unpacked(content))


def _unreadable(decision_id: str, reason: str) -> InvalidState:
    return InvalidState(
        f"The record of the decision {decision_id} cannot be read ({reason}).",
        f"决策{decision_id}的记录无法读取（{reason}）。",
    )
