"""From documents to checked rows: each item on its own, so that one mistake hides no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from dispatch_router.storage.district_files.document import Document
from dispatch_router.storage.district_files.mistakes import Mistake, Step
from dispatch_router.storage.district_files.wording import said

RowT = TypeVar("RowT", bound=BaseModel)

Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a file as it stands there, right or wrong.

    Checks across files read items rather than rows, so that a row with one mistake has its others
    said at the same time.
    """

    document: Document
    path: Path
    value: Any

    def at(self, *keys: str) -> Any:
        """Return what stands under the keys; None where nothing does."""
        value = self.value
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def text(self, *keys: str) -> str | None:
        """Return the text under the keys; None where there is none."""
        value = self.at(*keys)
        return value if isinstance(value, str) else None

    def texts(self, key: str) -> Iterator[tuple[int, str]]:
        """Yield the texts of the list under the key, each with its index."""
        values = self.at(key)
        for index, value in enumerate(values if isinstance(values, list) else ()):
            if isinstance(value, str):
                yield index, value

    def part(self, model: type[RowT], *keys: str) -> RowT | None:
        """Return what stands under the keys as a row; None where it is none."""
        try:
            return model.model_validate(self.at(*keys))
        except ValidationError:
            return None

    def mistake(
        self, inside: Path, message: str, message_zh: str, *, warning: bool = False
    ) -> Mistake:
        """Make a mistake about something inside the item."""
        return self.document.mistake((*self.path, *inside), message, message_zh, warning=warning)


@dataclass(slots=True)
class Rows(Generic[RowT]):
    """A list as read.

    Attributes:
        items: every item.
        valid: the rows of those that are right in themselves.
        known: the list could be read; else what it holds is not known.
    """

    items: list[Item] = field(default_factory=list)
    valid: list[RowT] = field(default_factory=list)
    known: bool = False


def read_row(item: Item, model: type[RowT], mistakes: list[Mistake]) -> RowT | None:
    """Check one item; what is wrong with it goes to ``mistakes``."""
    try:
        return model.model_validate(item.value)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            inside = tuple(step for step in each["loc"] if step != "[key]")
            mistakes.append(item.mistake(inside, *said(each)))
        return None


def read_rows(
    whole: Item, model: type[RowT], mistakes: list[Mistake], *, least: int, most: int
) -> Rows[RowT]:
    """Check a list of ``least`` to ``most`` items one by one."""
    values = whole.value
    if not isinstance(values, list):
        mistakes.append(whole.mistake((), "This has to be a list of items.", "须为列表。"))
        return Rows()
    if not least <= len(values) <= most:
        mistakes.append(
            whole.mistake(
                (),
                f"There have to be {least} to {most} items, not {len(values)}.",
                f"须有{least}至{most}项，现有{len(values)}项。",
            )
        )
    items = [
        Item(whole.document, (*whole.path, index), value)
        for index, value in enumerate(values[:most])
    ]
    rows = (read_row(item, model, mistakes) for item in items)
    return Rows(items, [row for row in rows if row is not None], known=True)


def said_twice(item: Item, inside: Path) -> Iterator[Mistake]:
    """Find texts that stand twice in the list at ``inside``."""
    values = item.value
    for step in inside:
        if isinstance(values, list) and isinstance(step, int):
            values = values[step]
        else:
            values = values.get(step) if isinstance(values, dict) else None
    seen = set()
    for index, text in enumerate(values if isinstance(values, list) else ()):
        if not isinstance(text, str):
            continue
        if text in seen:
            yield item.mistake((*inside, index), f"{text} stands here twice.", f"{text}重复。")
        seen.add(text)


def repeated_ids(items: Iterable[Item], *inside: str) -> Iterator[Mistake]:
    """Find ids that stand twice; ``inside`` leads to the mapping that holds the id."""
    first: dict[str, int] = {}
    for item in items:
        item_id = item.text(*inside, "id")
        if item_id is None:
            continue
        line = item.document.line_of((*item.path, *inside, "id"))
        if item_id in first:
            yield item.mistake(
                (*inside, "id"),
                f"The id {item_id} stands in line {first[item_id]} already.",
                f"编号{item_id}在第{first[item_id]}行已使用。",
            )
        first.setdefault(item_id, line)
