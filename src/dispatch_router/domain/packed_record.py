"""A decision record as it is kept: compact, with what decisions share apart."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Piece(NamedTuple):
    """Something that decisions share: its name (SHA-256 of the JSON) and its compressed form.

    Attributes:
        follows: the name of the piece that it tells a change of; None where it tells of all.
    """

    digest: str
    content: bytes
    follows: str | None = None


class PackedRecord(NamedTuple):
    """A decision: its own compressed part and reply, and the pieces that it shares.

    Attributes:
        units: what tells of the units: each piece follows the one before.
    """

    decision_id: str
    at: datetime
    own: bytes
    reply: bytes | None
    district: Piece
    conditions: Piece
    units: tuple[Piece, ...]

    @property
    def shared(self) -> tuple[tuple[Piece, ...], ...]:
        """District, conditions and units: the pieces of each, of which it names the last."""
        return (self.district,), (self.conditions,), self.units
