"""How long something is kept that would else grow without an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """By age and by number, whichever is reached first.

    Attributes:
        most: so many of the latest.
    """

    age: timedelta
    most: int
