"""Types that the schemas of several files share."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

# Control and format characters, line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})


def _printable(text: str) -> str:
    if text != text.strip() or any(unicodedata.category(each) in _UNSEEN for each in text):
        raise PydanticCustomError("unprintable", "white space around it, or unseen characters")
    return text


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=64)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_printable)]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


def number(least: float, most: float) -> Any:
    """Bound a number; neither infinity nor NaN is one."""
    return Field(ge=least, le=most, allow_inf_nan=False)


class Strict(BaseModel):
    """No unknown keys, no conversions."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class NameRow(Strict):
    """A name in both languages."""

    zh: Text
    en: Text
