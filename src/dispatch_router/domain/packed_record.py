"""A decision record as it is kept: compact, with what decisions share apart."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Piece(NamedTuple):
    """Something that decisions share: its name (SHA-256 of the JSON) and its compressed form."""

    digest: str
    content: bytes


class PackedRecord(NamedTuple):
    """A decision: its own compressed part and reply, and the pieces that it shares."""

    decision_id: str
    at: datetime
    own: bytes
    reply: bytes | None
    district: Piece
    conditions: Piece
    units: Piece

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Those that it shares."""
        return self.district, self.conditions, self.units
