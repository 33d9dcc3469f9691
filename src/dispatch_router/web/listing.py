"""Lists in pages: ordered by id, continued after the last id that was seen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, Protocol, TypeVar

from fastapi import Query
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from dispatch_router.web.schemas.fields import CrsName

MAX_PAGE: Final = 200
DEFAULT_PAGE: Final = 50
PAGE_PARAMETERS: Final = ("limit", "cursor")


def _digits_alone(value: Any) -> Any:
    # Else "5.0", " 5" and "1_0" would pass for numbers.
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise PydanticCustomError("int_parsing", "must be a whole number in digits")
    return value


Limit = Annotated[
    int,
    Query(ge=1, le=MAX_PAGE, description="How many items at most."),
    BeforeValidator(_digits_alone),
]
Cursor = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=100,
        pattern=r"^[!-~]+$",
        description="`next_cursor` of the page before; left out, the list starts.",
    ),
]
CrsParameter = Annotated[
    CrsName, Query(description="Coordinate system of the positions in the reply.")
]


class HasId(Protocol):
    """Something that a list is ordered by."""

    @property
    def id(self) -> str:
        """Unique in the list."""
        ...


ItemT = TypeVar("ItemT", bound=HasId)


def page_members(
    items: Sequence[ItemT],
    render: Callable[[ItemT], dict[str, Any]],
    *,
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """Return one page: at most ``limit`` items whose ids come after ``cursor``."""
    ordered = sorted(items, key=_id)
    first = 0 if cursor is None else bisect_right(ordered, cursor, key=_id)
    page = ordered[first : first + limit]
    more = first + limit < len(ordered)
    return {"items": [render(i) for i in page], "next_cursor": page[-1].id if more else None}


def _id(item: HasId) -> str:
    return item.id
