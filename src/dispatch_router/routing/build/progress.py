"""How long work says how far it is, without knowing who shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, float], None]
"""Called with what is being done and the share of it that is done, 0 to 1."""


def no_progress(stage: str, share: float) -> None:
    """Show nothing."""
