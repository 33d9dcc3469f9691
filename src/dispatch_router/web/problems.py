"""Problem details (RFC 9457): the one table of codes, and how an error becomes an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

import orjson
from starlette.responses import Response

from dispatch_router.domain.desk_errors import UnitTaken
from dispatch_router.domain.errors import DispatchError
from dispatch_router.domain.resource_errors import (
    InconsistentResource,
    PreconditionFailed,
    ResourceInUse,
    UnitBusy,
)

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:dispatch-router:problem:"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """What every problem with the same code has in common.

    Attributes:
        retry_after_s: when the same request may succeed; None where it never will.
    """

    status: int
    title: str
    retry_after_s: int | None = None


PROBLEMS: Final[Mapping[str, ProblemKind]] = MappingProxyType(
    {
        "malformed_request": ProblemKind(400, "Not HTTP as the service reads it"),
        "malformed_json": ProblemKind(400, "The body is not valid JSON"),
        "unauthenticated": ProblemKind(401, "Nobody knows who asks"),
        "forbidden": ProblemKind(403, "The caller may not do this"),
        "not_found": ProblemKind(404, "There is nothing here"),
        "outside_district": ProblemKind(404, "No road of the district is near this place"),
        "unknown_place": ProblemKind(404, "The gazetteer has no such place"),
        "unknown_call_type": ProblemKind(404, "The policy has no such type of call"),
        "closes_nothing": ProblemKind(404, "The closure concerns no road of the district"),
        "unknown_incident": ProblemKind(404, "There is no such incident"),
        "unknown_assignment": ProblemKind(404, "There is no such assignment"),
        "method_not_allowed": ProblemKind(405, "This method is not offered here"),
        "request_timeout": ProblemKind(408, "The request took too long to arrive"),
        "invalid_graph": ProblemKind(409, "The road graph on disk cannot be used"),
        "request_in_progress": ProblemKind(
            409, "The first request with the key is not answered yet", retry_after_s=1
        ),
        "reload_in_progress": ProblemKind(409, "The road graph is being reloaded", retry_after_s=5),
        "too_many_closures": ProblemKind(409, "As many closures are kept as there may be"),
        "unit_taken": ProblemKind(409, "The unit has an open assignment"),
        "not_divertible": ProblemKind(409, "The unit cannot be taken from what it does"),
        "illegal_transition": ProblemKind(409, "This step does not follow"),
        "incident_not_open": ProblemKind(409, "The incident is over"),
        "incident_in_use": ProblemKind(409, "Units are still on the incident"),
        "resource_in_use": ProblemKind(409, "Other parts of the district refer to this"),
        "unit_busy": ProblemKind(409, "The unit is on an assignment"),
        "precondition_failed": ProblemKind(412, "It is not as the client believes"),
        "body_too_large": ProblemKind(413, "The body is too large"),
        "unsupported_media_type": ProblemKind(415, "The body is not sent as JSON"),
        "invalid_request": ProblemKind(422, "The request has mistakes"),
        "idempotency_key_reused": ProblemKind(422, "The Idempotency-Key was used before"),
        "rate_limited": ProblemKind(429, "The caller asks too often", retry_after_s=1),
        "unknown_unit": ProblemKind(422, "The district has no such unit"),
        "unknown_hospital": ProblemKind(422, "The district has no such hospital"),
        "unknown_decision": ProblemKind(422, "The decision is not the incident's"),
        "override_reason_required": ProblemKind(422, "Another unit than the first needs a reason"),
        "no_caller_key": ProblemKind(422, "Nothing of the caller can be kept"),
        "not_responsible": ProblemKind(422, "The unit's post is not responsible"),
        "inconsistent_resource": ProblemKind(422, "This does not fit the rest of the district"),
        "precondition_required": ProblemKind(428, "The request does not say what it changes"),
        "headers_too_large": ProblemKind(431, "The headers are too large"),
        "internal_error": ProblemKind(500, "The service failed"),
        "not_ready": ProblemKind(503, "The service is still starting", retry_after_s=2),
        "overloaded": ProblemKind(503, "The service has too much to do", retry_after_s=1),
        "storage_unavailable": ProblemKind(503, "The state cannot be written", retry_after_s=5),
    }
)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One mistake in a request.

    Attributes:
        path: where, members joined by dots; empty for the body as a whole.
    """

    path: str
    message: str
    message_zh: str


class InvalidRequest(DispatchError):
    """The request is JSON, but not the JSON that is asked for."""

    code = "invalid_request"

    def __init__(self, errors: list[FieldError]) -> None:
        first = errors[0]
        more = len(errors) - 1
        super().__init__(
            _sentence(first.path, first.message) + (f" ({more} more in errors)" if more else ""),
            _sentence(first.path, first.message_zh)
            + (f"（另有{more}处，见errors）" if more else ""),
        )
        self.errors = tuple(errors)


class InconsistentItem(DispatchError):
    """An item does not fit the rest of the district."""

    code = "inconsistent_resource"

    def __init__(self, error: InconsistentResource, errors: list[FieldError]) -> None:
        super().__init__(error.detail, error.detail_zh)
        self.errors = tuple(errors)


class MalformedRequest(DispatchError):
    """The bytes that came in are no HTTP request."""

    code = "malformed_request"


class MalformedJson(DispatchError):
    """The body cannot be read as JSON."""

    code = "malformed_json"


class NotFound(DispatchError):
    """The path or the thing that it names does not exist."""

    code = "not_found"


class MethodNotAllowed(DispatchError):
    """The path exists, but not for this method."""

    code = "method_not_allowed"


class RequestTimeout(DispatchError):
    """The request did not arrive in time."""

    code = "request_timeout"


class BodyTooLarge(DispatchError):
    """The body is longer than the service reads."""

    code = "body_too_large"


class UnsupportedMediaType(DispatchError):
    """The body is not sent as plain ``application/json``."""

    code = "unsupported_media_type"


class HeadersTooLarge(DispatchError):
    """The request line and headers are longer than the service reads."""

    code = "headers_too_large"


class Overloaded(DispatchError):
    """There are more requests than the service takes on at once."""

    code = "overloaded"


class InternalError(DispatchError):
    """Something that should not happen did; the log says what."""

    code: ClassVar[str] = "internal_error"

    def __init__(self, instance: str) -> None:
        super().__init__(
            "This is a fault of the service, not of the request. Tell its operator the instance; "
            "the log has the same one.",
            "这是服务自身的故障，与请求无关。请把instance告知运维人员，日志中有相同的编号。",
        )
        self.instance = instance


def problem_document(error: DispatchError) -> dict[str, Any]:
    """Return the members of the problem, as docs/api.md lists them."""
    kind = PROBLEMS[error.code]
    document: dict[str, Any] = {
        "type": TYPE_PREFIX + error.code,
        "title": kind.title,
        "status": kind.status,
        "code": error.code,
        "detail": error.detail,
        "detail_zh": error.detail_zh,
    }
    if isinstance(error, InternalError):
        document["instance"] = error.instance
    if isinstance(error, InvalidRequest | InconsistentItem):
        document["errors"] = [
            {"path": e.path, "message": e.message, "message_zh": e.message_zh} for e in error.errors
        ]
    document.update(_own_members(error))
    return document


def _own_members(error: DispatchError) -> dict[str, Any]:
    """Return what some errors say beside their detail."""
    match error:
        case UnitTaken(held_by=held_by, next_best=best):
            time_s = None if best is None else best.time_to_person_ms / 1000
            next_best = best and {"unit_id": best.unit_id, "time_to_person_s": time_s}
            return {"held_by": held_by, "next_best": next_best}
        case UnitBusy(held_by=held_by):
            return {"held_by": held_by}
        case ResourceInUse(used_by=used_by):
            return {"used_by": [str(key) for key in used_by]}
        case PreconditionFailed(current_etag=etag):
            return {"current_etag": etag}
        case _:
            return {}


def problem_headers(error: DispatchError) -> dict[str, str]:
    """Return the headers that go with the problem, the content type excepted."""
    retry_after_s = PROBLEMS[error.code].retry_after_s
    headers = {"cache-control": "no-store"}
    if retry_after_s is not None:
        headers["retry-after"] = str(retry_after_s)
    return headers


def problem_response(error: DispatchError, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with a problem."""
    return Response(
        orjson.dumps(problem_document(error)),
        status_code=PROBLEMS[error.code].status,
        headers={**problem_headers(error), **(headers or {})},
        media_type=MEDIA_TYPE,
    )


def _sentence(path: str, message: str) -> str:
    return f"{path}: {message}" if path else message
