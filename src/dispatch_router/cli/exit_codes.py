"""What the shell is told by the commands that open a district."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from dispatch_router.domain.errors import (
    InvalidDistrict,
    InvalidGraph,
    InvalidState,
    StorageUnavailable,
)


class ExitCode(IntEnum):
    """Why a command ended; the same number means the same in each."""

    FAILED = 1
    WRONG_USAGE = 2
    NO_ANSWER = 3
    NO_DISTRICT = 4
    NO_STATE = 5

    @classmethod
    def of(cls, error: Exception) -> ExitCode:
        """Return the code for what opening a district, or the state, raised."""
        if isinstance(error, InvalidState | StorageUnavailable):
            return cls.NO_STATE
        unusable = isinstance(error, InvalidDistrict | InvalidGraph)
        return cls.NO_DISTRICT if unusable else cls.FAILED


_NO_DISTRICT: Final = "4 the district or its road graph cannot be used."
RECOMMEND_HELP: Final = (
    "Exit codes: 0 answered, 1 unexpected failure, 2 wrong usage, 3 the place is unknown or "
    f"outside the district, {_NO_DISTRICT}"
)
SERVE_HELP: Final = (
    "Exit codes: 0 stopped when told to, 1 the address cannot be listened on or unexpected "
    f"failure, 2 wrong usage or setting, {_NO_DISTRICT} "
    "5 the state folder cannot be used or another service uses it."
)
WARM_UP_HELP: Final = (
    f"Exit codes: 0 warm, 1 unexpected failure, 2 wrong usage or setting, {_NO_DISTRICT}"
)
