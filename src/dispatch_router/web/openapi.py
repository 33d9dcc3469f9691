"""The OpenAPI document: what FastAPI writes of the routes, and the problems that they answer."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from dispatch_router.web.problems import MEDIA_TYPE, PROBLEMS, TYPE_PREFIX
from dispatch_router.web.route_scopes import RouteScopes
from dispatch_router.web.schemas.problem import ProblemReply

_REF: Final = "#/components/schemas/{model}"
# Anything can be asked for with a bad query or fail, and whatever has a body can be too slow.
ALWAYS: Final = ("internal_error",)
ALWAYS_UNDER_V1: Final = (
    "unauthenticated",
    "forbidden",
    "rate_limited",
    "request_timeout",
    "body_too_large",
    "invalid_request",
    "internal_error",
    "not_ready",
    "overloaded",
)

_SECURITY_SCHEMES: Final = {
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key that `dispatch-router access add` has made.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the issuer that the service trusts, if it trusts one.",
    },
}


def documented(reply: type[BaseModel], *codes: str, status: int = 200) -> dict[str, Any]:
    """Return the arguments of a route that answers ``reply`` or a problem with one of ``codes``.

    The codes that everything under /v1 can answer are added.
    """
    return _responses(reply, status, sorted({*codes, *ALWAYS_UNDER_V1}, key=_by_status))


def documented_probe(reply: type[BaseModel], *codes: str) -> dict[str, Any]:
    """Return the same for a route that machines ask for the state of the process."""
    return _responses(reply, 200, sorted({*codes, *ALWAYS}, key=_by_status))


def documented_stream(event: type[BaseModel], *codes: str) -> dict[str, Any]:
    """Return the same for a route whose answer is a stream of ``event``."""
    arguments = documented(event, *codes)
    # OpenAPI 3.1 has no words for what a stream is made of.
    arguments["responses"][200] = {"description": f"The `data` of each event is: {event.__doc__}"}
    return arguments


def with_etag(
    arguments: dict[str, Any], *, created: bool = False, not_modified: bool = False
) -> dict[str, Any]:
    """Add to the arguments of a route that its reply has an ``ETag``.

    Args:
        arguments: as ``documented`` returned them.
        created: 201 is answered where there was nothing before.
        not_modified: 304 is answered to whoever has the reply.
    """
    responses = arguments["responses"]
    responses[200 if 200 in responses else 201]["headers"] = {
        "ETag": {"schema": {"type": "string"}, "description": "Names this reply."}
    }
    if created:
        responses[201] = {**responses[200], "description": "It is new."}
    if not_modified:
        responses[304] = {"description": "Nothing has changed since the reply with this `ETag`."}
    return arguments


def build_openapi(app: FastAPI, *, is_open: bool) -> dict[str, Any]:
    """Return the document, with the models of problems in its components.

    Args:
        app: has the routes.
        is_open: nobody has to say who they are, so no route asks for it.
    """
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    _, definitions = models_json_schema([(ProblemReply, "serialization")], ref_template=_REF)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(definitions["$defs"])
    document["components"]["securitySchemes"] = _SECURITY_SCHEMES
    if not is_open:
        _ask_who_it_is(document)
    return document


def _ask_who_it_is(document: dict[str, Any]) -> None:
    """Say of each route which scopes it asks for: any one of them is enough."""
    table = RouteScopes()
    for path, operations in document["paths"].items():
        for method, scopes in table.of_path(path).items():
            if method.lower() in operations:
                operation = operations[method.lower()]
                operation["security"] = [{name: []} for name in _SECURITY_SCHEMES]
                words = ", ".join(f"`{scope}`" for scope in sorted(scopes))
                operation["description"] += f"\n\nAsks for one of the scopes {words}."


def _responses(reply: type[BaseModel], status: int, codes: list[str]) -> dict[str, Any]:
    responses: dict[int | str, dict[str, Any]] = {status: {"model": reply}}
    for code in codes:
        kind = PROBLEMS[code]
        response = responses.setdefault(
            kind.status, {"description": "", "content": {MEDIA_TYPE: _problem_content()}}
        )
        line = f"`{code}`: {kind.title}"
        response["description"] = f"{response['description']}\n\n{line}".strip()
        response["content"][MEDIA_TYPE]["examples"][code] = {"value": _example(code)}
        if kind.retry_after_s is not None:
            response["headers"] = {
                "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}
            }
        if kind.status in {401, 403}:
            response["headers"] = {
                "WWW-Authenticate": {"schema": {"type": "string"}, "description": "RFC 6750."}
            }
    return {"response_model": None, "responses": responses}


def _problem_content() -> dict[str, Any]:
    return {"schema": {"$ref": _REF.format(model=ProblemReply.__name__)}, "examples": {}}


def _example(code: str) -> dict[str, Any]:
    kind = PROBLEMS[code]
    return {
        "type": TYPE_PREFIX + code,
        "title": kind.title,
        "status": kind.status,
        "code": code,
        "detail": "What is wrong and what to do.",
        "detail_zh": "问题所在及处理办法。",
    }


def _by_status(code: str) -> tuple[int, str]:
    return PROBLEMS[code].status, code
