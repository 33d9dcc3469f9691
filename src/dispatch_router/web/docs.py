"""``/docs`` and ``/openapi.json``: the API described, with no internet at all."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any, Final

from fastapi import APIRouter, Response
from starlette.responses import RedirectResponse

_STATIC: Final = files("dispatch_router.web") / "static"
_SWAGGER_UI: Final = _STATIC / "vendor" / "swagger-ui"

ASSETS: Final = {
    "start.js": (_STATIC / "docs" / "start.js", "text/javascript"),
    "swagger-ui-bundle.js": (_SWAGGER_UI / "swagger-ui-bundle.js", "text/javascript"),
    "swagger-ui.css": (_SWAGGER_UI / "swagger-ui.css", "text/css"),
    "favicon-32x32.png": (_SWAGGER_UI / "favicon-32x32.png", "image/png"),
}
# The page may load from this service alone; the style sheet draws its icons as data.
SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "content-security-policy": SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def add_docs_routes(router: APIRouter, document: Callable[[], bytes]) -> None:
    """Add the routes that describe the API.

    Args:
        router: where to add them.
        document: gives the OpenAPI document.
    """

    @router.get("/openapi.json", include_in_schema=False)
    async def read_openapi() -> Response:
        return Response(document(), media_type="application/json")

    @router.get("/docs", include_in_schema=False)
    async def read_docs() -> Response:
        page = (_STATIC / "docs" / "index.html").read_bytes()
        return Response(page, media_type="text/html", headers=_HEADERS)

    for name, (file, media_type) in ASSETS.items():
        endpoint = _asset_endpoint(file.read_bytes(), media_type)
        router.add_api_route(f"/docs/{name}", endpoint, include_in_schema=False)

    @router.get("/", include_in_schema=False)
    async def find_docs() -> Response:
        # Relative, so that it holds behind a proxy that adds a path.
        return RedirectResponse("docs", headers=_HEADERS)


def _asset_endpoint(content: bytes, media_type: str) -> Callable[[], Any]:
    headers = {**_HEADERS, "cache-control": "max-age=3600"}

    async def read_asset() -> Response:
        return Response(content, media_type=media_type, headers=headers)

    return read_asset
