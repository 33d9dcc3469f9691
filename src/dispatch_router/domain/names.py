"""What a dispatcher reads comes in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """One name in both languages; either may repeat the other where only one is known."""

    zh: str
    en: str
