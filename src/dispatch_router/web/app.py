"""The application: routes, limits, and every error as a problem."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Route

from dispatch_router import __version__
from dispatch_router.application.access import Access, open_to_everybody
from dispatch_router.application.rate_limits import RateLimits
from dispatch_router.config import LimitSettings
from dispatch_router.domain.errors import DispatchError, InvalidQuestion
from dispatch_router.web import request_log
from dispatch_router.web.access_gate import AccessGate
from dispatch_router.web.direct_routes import DirectRoutes
from dispatch_router.web.docs import add_docs_routes
from dispatch_router.web.event_feed import EventFeed
from dispatch_router.web.failures import FailureAnswers
from dispatch_router.web.head_requests import HeadAsGet
from dispatch_router.web.limits import RequestLimits
from dispatch_router.web.openapi import build_openapi
from dispatch_router.web.problems import (
    PROBLEMS,
    FieldError,
    InvalidRequest,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    problem_response,
)
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.ready_gate import ReadyGate
from dispatch_router.web.routes_assignments import add_assignment_routes
from dispatch_router.web.routes_closures import add_closure_routes
from dispatch_router.web.routes_decisions import add_decision_routes
from dispatch_router.web.routes_events import add_event_routes
from dispatch_router.web.routes_graph import add_graph_routes
from dispatch_router.web.routes_health import add_health_routes
from dispatch_router.web.routes_hospitals import add_hospital_routes
from dispatch_router.web.routes_incidents import add_incident_routes
from dispatch_router.web.routes_metrics import add_metrics_routes
from dispatch_router.web.routes_onward import add_onward_routes
from dispatch_router.web.routes_posts import add_post_routes
from dispatch_router.web.routes_recommendations import add_recommendation_routes
from dispatch_router.web.routes_rosters import add_roster_routes
from dispatch_router.web.routes_unit_reports import add_unit_report_routes
from dispatch_router.web.routes_units import add_unit_routes
from dispatch_router.web.routes_zones import add_zone_routes
from dispatch_router.web.validation import invalid_request

_DESCRIPTION: Final = """\
Ranks every police post and patrol of a district by the time until officers stand beside the person
who called, with the reasons, in Chinese and English.

Positions are `lon`, `lat` in the coordinate system that `crs` names: `wgs84`, `gcj02` or `bd09`.
GeoJSON is WGS-84 always. Errors are problem details (RFC 9457): look at `code`, show `detail_zh`.
"""
_TAGS: Final[list[dict[str, Any]]] = [
    {"name": "recommendations", "description": "Who should go."},
    {"name": "decisions", "description": "What was known and decided, and the same once more."},
    {"name": "incidents", "description": "Calls that were filed, and what became of them."},
    {"name": "assignments", "description": "Units that were reserved, and how far they are."},
    {"name": "events", "description": "Everything that is committed, as it is committed."},
    {"name": "closures", "description": "Roads that are closed or slow, and until when."},
    {"name": "units", "description": "Where units are, and whether they can be sent."},
    {"name": "district", "description": "What the service knows."},
    {"name": "health", "description": "For whatever watches the process."},
]


def create_app(
    readiness: Readiness, limits: LimitSettings, access: Access | None = None
) -> FastAPI:
    """Build the application around a service that may still be loading.

    Args:
        readiness: has the service.
        limits: bounds of requests.
        access: knows the callers; None: nobody has to say who they are.
    """
    access = access or open_to_everybody()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        readiness.start()
        yield
        readiness.stop()

    app = FastAPI(
        title="dispatch_router",
        version=__version__,
        summary="Closest-post dispatch: who can stand beside the caller first, and why.",
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        # The pages of FastAPI would load their scripts from the internet.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.exception_handler(DispatchError)(_answer_dispatch_error)
    app.exception_handler(RequestValidationError)(_answer_validation_error)
    app.exception_handler(HTTPException)(_answer_http_exception)
    # The one added last is the outermost.
    app.add_middleware(DirectRoutes, routes=app.router.routes, answer=_problem_of)
    app.add_middleware(
        AccessGate, access=access, rate_limits=RateLimits(time.monotonic), readiness=readiness
    )
    app.add_middleware(ReadyGate, readiness=readiness)
    app.add_middleware(HeadAsGet)
    app.add_middleware(RequestLimits, limits=limits)
    app.add_middleware(FailureAnswers)
    if request_log.log.isEnabledFor(logging.DEBUG):
        app.add_middleware(request_log.RequestLog)
    # Onto the application's own router: routers that are included are looked up twice.
    for add_routes in (
        add_recommendation_routes,
        add_decision_routes,
        add_incident_routes,
        add_assignment_routes,
        add_onward_routes,
        add_closure_routes,
        add_graph_routes,
        add_post_routes,
        add_unit_routes,
        add_unit_report_routes,
        add_zone_routes,
        add_hospital_routes,
        add_roster_routes,
        add_health_routes,
        add_metrics_routes,
    ):
        add_routes(app.router, readiness)
    app.state.event_feed = EventFeed(limits.max_event_listeners)
    add_event_routes(app.router, readiness, app.state.event_feed)
    add_docs_routes(app.router, _openapi_document(app, access))
    return app


def _openapi_document(app: FastAPI, access: Access) -> Callable[[], bytes]:
    document = functools.cache(lambda is_open: orjson.dumps(build_openapi(app, is_open=is_open)))
    # The first key may be made while the service runs.
    return lambda: document(access.is_open())


async def _answer_dispatch_error(_: Request, error: DispatchError) -> Response:
    return _problem_of(error)


def _problem_of(error: DispatchError) -> Response:
    if isinstance(error, InvalidQuestion):
        mistake = FieldError(error.path, error.detail, error.detail_zh)
        return problem_response(InvalidRequest([mistake]))
    if error.code not in PROBLEMS:
        # Nothing that a caller can help: an unusable file, for example.
        raise error
    return problem_response(error)


async def _answer_validation_error(_: Request, error: RequestValidationError) -> Response:
    # The first part of a location says query or path; the names are enough.
    details = [{**detail, "loc": detail["loc"][1:]} for detail in error.errors()]
    return problem_response(invalid_request(details))


async def _answer_http_exception(request: Request, error: HTTPException) -> Response:
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return problem_response(_framework_problem(error.status_code, headers), headers)


def _methods(request: Request) -> set[str]:
    """Return the methods of all routes of a path; Starlette names those of the first."""
    methods = {
        method
        for route in request.app.router.routes
        if isinstance(route, Route) and route.path_regex.match(request.url.path)
        for method in route.methods or ()
    }
    return methods | {"HEAD"} if "GET" in methods else methods


def _framework_problem(status: int, headers: Mapping[str, str]) -> DispatchError:
    match status:
        case 404:
            return NotFound(
                "There is nothing at this path. GET /docs shows what there is.",
                "该路径不存在。可打开 /docs 查看全部接口。",
            )
        case 405:
            allowed = headers.get("Allow", "")
            return MethodNotAllowed(
                f"This path answers to {allowed}.", f"该路径支持的方法：{allowed}。"
            )
        case _:
            return MalformedRequest(
                "The request cannot be understood. GET /docs shows what is asked for.",
                "无法识别该请求。可打开 /docs 查看接口要求。",
            )
