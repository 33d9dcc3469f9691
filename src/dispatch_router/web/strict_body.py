"""Routes whose body is read once and strictly.

FastAPI documents the endpoint's model, but would let pass members named twice and NaN.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from dispatch_router.web.beside import beside
from dispatch_router.web.request_keys import NAME, note_key
from dispatch_router.web.strict_json import are_lines, parse_json, parse_lines, require_json
from dispatch_router.web.validation import check, refuse_query

# Reading a longer body takes longer than handing it to a thread.
READ_BESIDE_BYTES: Final = 32_768
# What the service gives out as an id; nothing else is looked for in a database.
_PRINTED: Final = re.compile(r"[!-~]{1,100}", re.ASCII)


def printed_id(text: str) -> str:
    """Return an id as it stands in a path, or one that nothing has."""
    return text if _PRINTED.fullmatch(text) else ""


class BodyRoute(APIRoute):
    """A route that reads its body itself, and raises nothing but what is answered as a problem."""


def strict_body_route(
    validate: Callable[[Any], Any],
    *,
    with_key: bool = False,
    with_id: bool = False,
    or_lines: bool = False,
    given: Callable[[Scope], dict[str, Any]] = lambda _: {},
    quick: Callable[..., Any] | None = None,
) -> type[BodyRoute]:
    """Return the class of a route whose endpoint gets the body as a model.

    Args:
        validate: makes the model, as pydantic's ``validate_python`` does.
        with_key: the endpoint gets the request beside it, of which ``sent_key`` says how it can be
            told when it is sent again.
        with_id: the endpoint gets the ``item_id`` of its path before it.
        given: reads from the headers what the endpoint gets beside it, by name.
        or_lines: the body may also be one JSON value a line, which are then read as a list.
        quick: given the body and whether ``are_lines``, reads what is as it mostly is; returns None
            where it has to be read as any other.
    """

    def read(body: bytes, parse: Callable[[bytes], Any]) -> Any:
        asked = None if quick is None else quick(body, are_lines=parse is parse_lines)
        return check(validate, parse(body)) if asked is None else asked

    class StrictBodyRoute(BodyRoute):
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
            asked = await beside(partial(read, body, parse)) if is_long else read(body, parse)
            if with_key and NAME in headers:
                note = partial(_note, scope, body, parse)
                await beside(note) if is_long else note()
            request = (Request(scope),) if with_key else ()
            item_id = (printed_id(scope["path_params"]["item_id"]),) if with_id else ()
            named = {} if with_id else scope["path_params"]
            response = await self.endpoint(*item_id, asked, *request, **given(scope), **named)
            await response(scope, receive, send)

    return StrictBodyRoute


def _note(scope: Scope, body: bytes, parse: Callable[[bytes], Any]) -> None:
    note_key(scope, parse(body))
