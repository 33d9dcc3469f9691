"""The application: routes, limits, and every error as a problem."""

from __future__ import annotations

import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from dispatch_router.config import LimitSettings
from dispatch_router.domain.errors import DispatchError
from dispatch_router.web.docs import docs_routes
from dispatch_router.web.limits import RequestLimits
from dispatch_router.web.openapi import build_openapi
from dispatch_router.web.problems import (
    PROBLEMS,
    InternalError,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    problem_response,
)
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.routes_graph import graph_routes
from dispatch_router.web.routes_health import health_routes
from dispatch_router.web.routes_posts import post_routes
from dispatch_router.web.routes_recommendations import recommendation_routes
from dispatch_router.web.validation import invalid_request

_log = logging.getLogger(__name__)

_DESCRIPTION: Final = """\
Ranks every police post and patrol of a district by the time until officers stand beside the person
who called, with the reasons, in Chinese and English.

Positions are `lon`, `lat` in the coordinate system that `crs` names: `wgs84`, `gcj02` or `bd09`.
GeoJSON is WGS-84 always. Errors are problem details (RFC 9457): look at `code`, show `detail_zh`.
"""
_TAGS: Final[list[dict[str, Any]]] = [
    {"name": "recommendations", "description": "Who should go."},
    {"name": "district", "description": "What the service knows."},
    {"name": "health", "description": "For whatever watches the process."},
]


def create_app(readiness: Readiness, limits: LimitSettings) -> FastAPI:
    """Build the application around a service that may still be loading."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        readiness.start()
        yield

    app = FastAPI(
        title="dispatch_router",
        version=version("dispatch-router"),
        summary="Closest-post dispatch: who can stand beside the caller first, and why.",
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        # The pages of FastAPI would load their scripts from the internet.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        exception_handlers={
            DispatchError: _answer_dispatch_error,
            RequestValidationError: _answer_validation_error,
            HTTPException: _answer_http_exception,
            Exception: _answer_failure,
        },
    )
    app.add_middleware(RequestLimits, limits=limits)
    for routes in (recommendation_routes, graph_routes, post_routes, health_routes):
        app.include_router(routes(readiness))
    app.include_router(docs_routes(lambda: build_openapi(app)))
    return app


async def _answer_dispatch_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, DispatchError)  # noqa: S101  # registered for nothing else
    return problem_response(error) if error.code in PROBLEMS else _fail(error)


async def _answer_validation_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for nothing else
    # The first part of the location says query or path; the names are enough.
    details = [{**detail, "loc": detail["loc"][1:]} for detail in error.errors()]
    return problem_response(invalid_request(details))


async def _answer_http_exception(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for nothing else
    return problem_response(_framework_problem(error), error.headers)


async def _answer_failure(_: Request, error: Exception) -> Response:
    return _fail(error)


def _fail(error: Exception) -> Response:
    instance = uuid.uuid4().urn
    _log.error("internal_error %s", instance, exc_info=error)
    return problem_response(InternalError(instance))


def _framework_problem(error: HTTPException) -> DispatchError:
    match error.status_code:
        case 404:
            return NotFound(
                "There is nothing at this path. GET /docs shows what there is.",
                "该路径不存在。可打开 /docs 查看全部接口。",
            )
        case 405:
            allowed = (error.headers or {}).get("Allow", "")
            return MethodNotAllowed(
                f"This path answers to {allowed}.", f"该路径支持的方法：{allowed}。"
            )
        case _:
            return MalformedRequest(
                "The request cannot be understood. GET /docs shows what is asked for.",
                "无法识别该请求。可打开 /docs 查看接口要求。",
            )
