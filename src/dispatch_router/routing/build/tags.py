"""Tags of one road: what a source says of it, untrusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

Tags: TypeAlias = Mapping[str, str]
Drops: TypeAlias = Counter[str]
"""Reason -> how many; the keys are ``reasons.Dropped``."""

MAX_LISTED_VALUES = 32


def listed(value: str) -> list[str]:
    """Split ``"50; 30"`` into its values, trimmed, in lower case, at most ``MAX_LISTED_VALUES``."""
    parts = value.lower().split(";", MAX_LISTED_VALUES)[:MAX_LISTED_VALUES]
    return [part.strip() for part in parts if part.strip()]


def says_yes(tags: Tags, key: str) -> bool:
    """Tell whether ``key`` is tagged with anything but ``no``."""
    return tags.get(key, "no").strip().lower() not in ("no", "")
