"""Routes whose body is read once and strictly.

FastAPI documents the endpoint's model, but would let pass members named twice and NaN.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from dispatch_router.web.request_keys import given_key
from dispatch_router.web.strict_json import are_lines, parse_json, parse_lines, require_json
from dispatch_router.web.validation import check, refuse_query

# Reading a longer body takes longer than handing it to a thread.
READ_BESIDE_BYTES: Final = 32_768


def strict_body_route(
    validate: Callable[[Any], Any], *, with_key: bool = False, or_lines: bool = False
) -> type[APIRoute]:
    """Return the class of a route whose endpoint gets the body as a model, and what its path names.

    Args:
        validate: makes the model, as pydantic's ``validate_python`` does.
        with_key: the endpoint gets the ``Idempotency-Key`` beside it, None where there is none.
        or_lines: the body may also be one JSON value a line, which are then read as a list.
    """

    def read(body: bytes, parse: Callable[[bytes], Any]) -> Any:
        return check(validate, parse(body))

    class StrictBodyRoute(APIRoute):
        def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
            super().__init__(path, endpoint, **options)
            self.app = self._serve

        async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
            headers = dict(scope["headers"])
            parse = parse_lines if or_lines and are_lines(headers) else parse_json
            if parse is parse_json:
                require_json(headers)
            refuse_query(scope)
            # RequestLimits hands over the whole body in one message.
            body = (await receive())["body"]
            is_long = len(body) > READ_BESIDE_BYTES
            asked = await asyncio.to_thread(read, body, parse) if is_long else read(body, parse)
            key = (given_key(scope),) if with_key else ()
            response = await self.endpoint(asked, *key, **scope["path_params"])
            await response(scope, receive, send)

    return StrictBodyRoute
