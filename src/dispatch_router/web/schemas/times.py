"""Instants as requests state them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_RFC3339: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


def _instant(value: Any) -> datetime:
    """Read a time as RFC 3339 has it; pydantic would read numbers and bare dates too."""
    if isinstance(value, str) and _RFC3339.fullmatch(value):
        try:
            # Python reads six decimals of a second, and what is finer makes no difference.
            read = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value.upper()))
            _ = read.timestamp()
        except (ValueError, OverflowError):
            pass
        else:
            if 1 < read.year < 9999:
                return read
    raise PydanticCustomError("not_rfc3339", "must be a time with its offset")


Instant = Annotated[datetime, BeforeValidator(_instant, json_schema_input_type=datetime)]
