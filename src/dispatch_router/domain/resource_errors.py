"""Why a change of the district is refused, with stable codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from dispatch_router.domain.errors import DispatchError
from dispatch_router.domain.resources import ResourceKey

MAX_NAMED = 20
"""More are counted and not named."""


@dataclass(frozen=True, slots=True)
class ResourceMistake:
    """One thing that does not fit.

    Attributes:
        key: the resource where it stands; None where a kind as a whole is meant.
        path: where inside the resource, as in its file: ``familiar_zones[0]``; empty for the
            whole.
    """

    key: ResourceKey | None
    path: str
    message: str
    message_zh: str

    def __str__(self) -> str:
        """Say it with its place."""
        return f"{_place(self)}{self.message}"

    def said_zh(self) -> str:
        """Say the same in Chinese."""
        return f"{_place(self)}{self.message_zh}"


class InconsistentDistrict(Exception):
    """Resources do not make a district that could be served.

    Attributes:
        mistakes: all that was found, one at least.
    """

    def __init__(self, mistakes: Sequence[ResourceMistake]) -> None:
        super().__init__("; ".join(map(str, mistakes[:MAX_NAMED])))
        self.mistakes = tuple(mistakes)


class InconsistentResource(DispatchError):
    """What a resource was to say does not fit the rest of the district.

    Attributes:
        mistakes: each with its place inside the resource.
    """

    code: ClassVar[str] = "inconsistent_resource"

    def __init__(self, mistakes: Sequence[ResourceMistake]) -> None:
        self.mistakes = tuple(mistakes[:MAX_NAMED])
        super().__init__(
            " ".join(map(str, self.mistakes)) + " Nothing was changed.",
            "".join(each.said_zh() for each in self.mistakes) + "未作任何更改。",
        )


class ResourceInUse(DispatchError):
    """Other resources refer to what was to be deleted, or to what it was until now.

    Attributes:
        used_by: those, ``MAX_NAMED`` at most.
    """

    code: ClassVar[str] = "resource_in_use"

    def __init__(self, key: ResourceKey, used_by: Sequence[ResourceKey]) -> None:
        self.used_by = tuple(used_by[:MAX_NAMED])
        more = len(used_by) - len(self.used_by)
        named = ", ".join(map(str, self.used_by)) + (f" and {more} more" if more else "")
        named_zh = "、".join(map(str, self.used_by)) + (f"等另外{more}项" if more else "")
        super().__init__(
            f"{key} is referred to by {named}. Change or delete those first.",
            f"{key}正被{named_zh}引用，请先修改或删除这些项目。",
        )


class UnitBusy(DispatchError):
    """The unit that was to be deleted is on an assignment.

    Attributes:
        held_by: the assignment.
    """

    code: ClassVar[str] = "unit_busy"

    def __init__(self, unit_id: str, held_by: str) -> None:
        super().__init__(
            f"The unit {unit_id} is on the assignment {held_by}. Clear or cancel that first.",
            f"力量{unit_id}正在执行派警{held_by}，请先结束或取消该派警。",
        )
        self.held_by = held_by


class PreconditionFailed(DispatchError):
    """The resource is not as the client believes.

    Attributes:
        exists: whether there is one.
        current_etag: what names it as it is; filled where replies are written.
    """

    code: ClassVar[str] = "precondition_failed"

    def __init__(self, detail: str, detail_zh: str, *, exists: bool) -> None:
        super().__init__(detail, detail_zh)
        self.exists = exists
        self.current_etag: str | None = None


def _place(mistake: ResourceMistake) -> str:
    where = " ".join(str(part) for part in (mistake.key, mistake.path) if part)
    return f"{where}: " if where else ""
