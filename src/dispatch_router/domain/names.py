"""What a dispatcher reads comes in Chinese and in English."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """One name in both languages; either may repeat the other where only one is known."""

    zh: str
    en: str


def choices_zh(choices: str) -> str:
    """Write choices that stand in English, such as ``1, 2 or 3``, as Chinese lists them."""
    return choices.replace(" or ", "、").replace(", ", "、")


def normal_form(text: str) -> str:
    """Make spellings equal that people take for equal: width, case and white space."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", "".join(unicodedata.normalize("NFKC", folded).split()))
