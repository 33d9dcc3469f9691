"""The one table that says which scopes each route asks for. What is not in it is refused.

A path's parts in braces stand for one part of any kind, as in the routes themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from dispatch_router.domain.access import Scope
from dispatch_router.web.paths import HEALTH, READINESS, RECOMMENDATIONS

Scopes = frozenset[Scope]

_TAKE: Final = frozenset({Scope.CALL_TAKER, Scope.DISPATCHER})
_DISPATCH: Final = frozenset({Scope.DISPATCHER})
_REPORT: Final = frozenset({Scope.UNIT_FEED, Scope.DISPATCHER})
_MANAGE: Final = frozenset({Scope.OPS})
_CLOSE: Final = _DISPATCH | _MANAGE
_WATCH: Final = frozenset({Scope.OPS, Scope.READ_ONLY})
_READ: Final = _TAKE | _WATCH

_RESOURCES: Final = ("posts", "units", "zones", "hospitals", "rosters")


def _resource_routes() -> Iterable[tuple[str, str, Scopes]]:
    for plural in _RESOURCES:
        yield "GET", f"/v1/{plural}", _READ
        yield "GET", f"/v1/{plural}/{{item_id}}", _READ
        yield "PUT", f"/v1/{plural}/{{item_id}}", _MANAGE
        yield "DELETE", f"/v1/{plural}/{{item_id}}", _MANAGE


ROUTE_SCOPES: Final[tuple[tuple[str, str, Scopes], ...]] = (
    ("POST", RECOMMENDATIONS, _TAKE),
    ("POST", "/v1/incidents", _TAKE),
    ("GET", "/v1/incidents", _READ),
    ("GET", "/v1/incidents/{incident_id}", _READ),
    ("PATCH", "/v1/incidents/{incident_id}", _TAKE),
    ("POST", "/v1/incidents/{incident_id}/close", _TAKE),
    ("POST", "/v1/incidents/{incident_id}/merge", _TAKE),
    ("POST", "/v1/incidents/{incident_id}/assignments", _DISPATCH),
    ("GET", "/v1/incidents/{incident_id}/diversions", _READ),
    ("GET", "/v1/assignments/{assignment_id}", _READ),
    ("PATCH", "/v1/assignments/{assignment_id}", _DISPATCH),
    ("POST", "/v1/assignments/{assignment_id}/hand-over", _DISPATCH),
    ("GET", "/v1/assignments/{assignment_id}/hospitals", _READ),
    *_resource_routes(),
    ("PUT", "/v1/units/{item_id}/position", _REPORT),
    ("DELETE", "/v1/units/{item_id}/position", _REPORT),
    ("PUT", "/v1/units/{item_id}/status", _REPORT),
    ("POST", "/v1/positions", _REPORT),
    ("GET", "/v1/closures", _READ),
    ("GET", "/v1/closures.geojson", _READ),
    ("GET", "/v1/closures/{item_id}", _READ),
    ("POST", "/v1/closures", _CLOSE),
    ("POST", "/v1/closures:batch", _CLOSE),
    ("DELETE", "/v1/closures/{item_id}", _CLOSE),
    ("GET", "/v1/decisions/{decision_id}", _READ),
    ("POST", "/v1/decisions/{decision_id}/replay", _DISPATCH | _WATCH),
    ("GET", "/v1/events", _READ),
    ("GET", "/v1/calendar", _READ),
    ("PUT", "/v1/calendar", _MANAGE),
    ("GET", "/v1/graph", _READ),
    ("POST", "/v1/graph/reload", _MANAGE),
    ("GET", "/metrics", _WATCH),
)

# What watches the process, and what describes the API, need to know nobody.
_OPEN_PATHS: Final = frozenset({HEALTH, READINESS, "/", "/docs", "/openapi.json"})
_OPEN_PREFIX: Final = "/docs/"


def is_open(path: str) -> bool:
    """Tell whether a path is answered whoever asks."""
    return path in _OPEN_PATHS or path.startswith(_OPEN_PREFIX)


@dataclass(slots=True)
class _Node:
    literal: dict[str, _Node] = field(default_factory=dict)
    any_part: _Node | None = None
    methods: dict[str, Scopes] = field(default_factory=dict)


class RouteScopes:
    """The table, ready to be asked by the path of a request."""

    def __init__(self, table: Iterable[tuple[str, str, Scopes]] = ROUTE_SCOPES) -> None:
        self._root = _Node()
        for method, template, scopes in table:
            node = self._root
            for part in template.split("/"):
                node = _grown(node, part)
            node.methods[method] = scopes

    def of_path(self, path: str) -> Mapping[str, Scopes]:
        """Return the scopes by method; nothing where the table does not know the path."""
        node: _Node | None = self._root
        for part in path.split("/"):
            if node is None:
                break
            node = node.literal.get(part) or (node.any_part if part else None)
        return _NOTHING if node is None else node.methods


_NOTHING: Final[Mapping[str, Scopes]] = MappingProxyType({})


def _grown(node: _Node, part: str) -> _Node:
    if part.startswith("{"):
        node.any_part = node.any_part or _Node()
        return node.any_part
    return node.literal.setdefault(part, _Node())
