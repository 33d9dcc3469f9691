"""Values of the domain as JSON, named by their content and compressed."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import zlib
from collections.abc import Mapping
from datetime import datetime, time
from enum import Enum
from typing import Any, Final

import orjson

from dispatch_router.domain.packed_record import Piece

MAX_PIECE_BYTES: Final = 67_108_864
# Higher levels take twice the time, and make what changes most, positions, smaller by a hundredth.
_LEVEL: Final = 1
# The memory for a window of the greatest size is fetched anew from the system for each of hundreds
# of short texts a second, which takes as long as compressing them; long ones become no smaller.
_WINDOW_BITS: Final = 14

_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
"""Most values are of these, and are JSON's own."""


def piece_of(value: Any, follows: str | None = None) -> Piece:
    """Pack a value, or what has changed of one that is packed already.

    Args:
        value: of JSON's own kinds.
        follows: the name of the piece that has to be read before.
    """
    text = orjson.dumps(value)
    return Piece(hashlib.sha256(text).hexdigest(), compressed(text), follows)


def compressed(text: bytes) -> bytes:
    """Return it as it is kept."""
    return zlib.compress(text, _LEVEL, wbits=_WINDOW_BITS)


def unpacked(content: bytes) -> bytes:
    """Return what was compressed.

    Raises:
        ValueError: it is cut off, or longer than anything that is kept.
        zlib.error: it is something else.
    """
    reader = zlib.decompressobj()
    text = reader.decompress(content, MAX_PIECE_BYTES)
    if not reader.eof:
        raise ValueError("longer than a piece may be, or cut off")
    return text


def plain(value: Any) -> Any:
    """Return a value of the domain as JSON's own kinds; the same value gives the same, always."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
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
