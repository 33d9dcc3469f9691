"""Attribute values of a networkx graph: untrusted, of any type."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping
from numbers import Real

from dispatch_router.routing.build.names import clean_name

MAX_VALUE_CHARACTERS = 2_000
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_MAX_WAY_ID = (1 << 63) - 1


class NotANumber(ValueError):
    """A value that should be a finite number is something else."""


def finite_number(value: object) -> float:
    """Return ``value`` as a finite float; text that is a plain number counts.

    Raises:
        NotANumber: it is anything else, NaN, an infinity or a boolean.
    """
    if isinstance(value, bool) or not isinstance(value, (Real, str)):
        raise NotANumber(shown(value))
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()[:MAX_VALUE_CHARACTERS]):
        raise NotANumber(shown(value))
    try:
        number = float(value)
    except (OverflowError, ValueError):
        raise NotANumber(shown(value)) from None
    if not math.isfinite(number):
        raise NotANumber(shown(value))
    return number


def shown(value: object) -> str:
    """Return ``value`` short enough for a message, on one line."""
    return clean_name(str(value)[:60]) or "(nothing)"


def tags_of(data: Mapping[str, object]) -> dict[str, str]:
    """Return attributes as OpenStreetMap tags; of a list, all values with semicolons between."""
    tags = {}
    for key, value in data.items():
        values = [text for text in map(_text, values_of(value)) if text]
        if values:
            tags[str(key)] = ";".join(values)
    return tags


def values_of(value: object) -> list[object]:
    """Return what a value lists; osmnx writes lists into GraphML as Python text."""
    if isinstance(value, (list, tuple)):
        return list(value)
    if not isinstance(value, str) or not value.startswith("[") or len(value) > MAX_VALUE_CHARACTERS:
        return [value]
    try:
        # Literals only: nothing in the text can run.
        parsed = ast.literal_eval(value)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return [value]
    return parsed if isinstance(parsed, list) else [value]


def way_id(value: object) -> int:
    """Return the first id that ``osmid`` holds, 0 where it holds none."""
    for one in values_of(value):
        text = str(one)
        if text.isascii() and text.isdecimal() and len(text) < 20:
            return int(text) if int(text) <= _MAX_WAY_ID else 0
    return 0


def _text(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, float):
        return f"{value:g}" if math.isfinite(value) else ""
    return str(value)[:MAX_VALUE_CHARACTERS].strip()
