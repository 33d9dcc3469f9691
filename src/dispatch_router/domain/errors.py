"""Errors with stable codes. A code never changes; the web alone knows statuses."""

from __future__ import annotations

from typing import ClassVar


class DispatchError(Exception):
    """Anything that a caller of the service can be told.

    Attributes:
        code: stable, snake_case, documented in docs/api.md.
        detail: what is wrong and what to do, in English.
        detail_zh: the same in Chinese.
    """

    code: ClassVar[str]

    def __init__(self, detail: str, detail_zh: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.detail_zh = detail_zh


class InvalidQuestion(DispatchError):
    """The question has a value outside its bounds."""

    code = "invalid_question"


class OutsideDistrict(DispatchError):
    """The place is farther than ``max_snap_m`` from any road of the district."""

    code = "outside_district"


class UnknownPlace(DispatchError):
    """The gazetteer has no such place."""

    code = "unknown_place"


class InvalidGraph(DispatchError):
    """A road graph, or a file to build one from, cannot be used. The detail names the file."""

    code = "invalid_graph"


class InvalidDistrict(DispatchError):
    """The district's files have mistakes."""

    code = "invalid_district"


class NotReady(DispatchError):
    """The road graph and the search kernels are still being loaded."""

    code = "not_ready"


class ReloadInProgress(DispatchError):
    """The road graph is being reloaded already."""

    code = "reload_in_progress"
