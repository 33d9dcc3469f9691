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
    """The question has a value outside its bounds.

    Attributes:
        path: which member of the request, joined by dots; empty for the whole.
    """

    code = "invalid_question"

    def __init__(self, detail: str, detail_zh: str, path: str = "") -> None:
        super().__init__(detail, detail_zh)
        self.path = path


class OutsideDistrict(DispatchError):
    """The place is farther than ``max_snap_m`` from any road of the district."""

    code = "outside_district"


class UnknownPlace(DispatchError):
    """The gazetteer has no such place."""

    code = "unknown_place"


class UnknownCallType(DispatchError):
    """The policy has no such type of call."""

    code = "unknown_call_type"


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


class InvalidState(DispatchError):
    """The folder that the service keeps its state in cannot be used. The detail names it."""

    code = "invalid_state"


class StorageUnavailable(DispatchError):
    """The state could not be written or read; nothing was changed."""

    code = "storage_unavailable"


class ClosesNothing(DispatchError):
    """A closure concerns no road of the district."""

    code = "closes_nothing"


class TooManyClosures(DispatchError):
    """As many closures are in force or to come as the service keeps."""

    code = "too_many_closures"


class IdempotencyKeyReused(DispatchError):
    """The key belongs to another request."""

    code = "idempotency_key_reused"


class RequestInProgress(DispatchError):
    """The first request with the key is not answered yet."""

    code = "request_in_progress"
