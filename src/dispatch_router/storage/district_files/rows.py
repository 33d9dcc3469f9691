"""From documents to checked rows: each item on its own, so that one mistake hides no other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from dispatch_router.storage.district_files.document import Document
from dispatch_router.storage.district_files.mistakes import Mistake, Step
from dispatch_router.storage.district_files.wording import said

RowT = TypeVar("RowT", bound=BaseModel)

Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Located(Generic[RowT]):
    """A valid row and where it stands."""

    document: Document
    path: Path
    row: RowT

    def mistake(
        self, inside: Path, message: str, message_zh: str, *, warning: bool = False
    ) -> Mistake:
        """Make a mistake about something inside the row."""
        return self.document.mistake((*self.path, *inside), message, message_zh, warning=warning)


def read_row(
    document: Document, path: Path, value: Any, model: type[RowT], mistakes: list[Mistake]
) -> Located[RowT] | None:
    """Check one value; what is wrong with it goes to ``mistakes``."""
    try:
        return Located(document, path, model.model_validate(value))
    except ValidationError as error:
        for each in error.errors(include_url=False):
            inside = tuple(step for step in each["loc"] if step != "[key]")
            mistakes.append(document.mistake((*path, *inside), *said(each)))
        return None


def read_rows(
    document: Document,
    path: Path,
    values: Any,
    model: type[RowT],
    mistakes: list[Mistake],
    *,
    least: int,
    most: int,
) -> list[Located[RowT]]:
    """Check a list of ``least`` to ``most`` items one by one; return the valid ones."""
    if not isinstance(values, list):
        mistakes.append(document.mistake(path, "This has to be a list of items.", "须为列表。"))
        return []
    if not least <= len(values) <= most:
        mistakes.append(
            document.mistake(
                path,
                f"There have to be {least} to {most} items, not {len(values)}.",
                f"须有{least}至{most}项，现有{len(values)}项。",
            )
        )
    rows = (
        read_row(document, (*path, index), value, model, mistakes)
        for index, value in enumerate(values[:most])
    )
    return [row for row in rows if row is not None]


def stated_ids(values: Any, *inside: str) -> set[str]:
    """Ids of all items that state one, valid or not, so that one mistake is not said twice."""
    found = set()
    for value in values if isinstance(values, list) else ():
        for key in (*inside, "id"):
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str):
            found.add(value)
    return found


def repeated_ids(rows: Iterable[tuple[Located[Any], str, Path]]) -> list[Mistake]:
    """Find ids that stand twice; ``rows`` gives each row, its id and the path to the id."""
    first: dict[str, int] = {}
    mistakes = []
    for located, row_id, inside in rows:
        line = located.document.line_of((*located.path, *inside))
        if row_id in first:
            mistakes.append(
                located.mistake(
                    inside,
                    f"The id {row_id} stands in line {first[row_id]} already.",
                    f"编号{row_id}在第{first[row_id]}行已使用。",
                )
            )
        first.setdefault(row_id, line)
    return mistakes
