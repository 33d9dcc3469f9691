"""JSON as RFC 8259 has it and nothing looser: no NaN, no member twice, UTF-8 alone."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from dispatch_router.web.problems import MalformedJson, UnsupportedMediaType

LINES: Final = b"application/x-ndjson"
_BYTE_ORDER_MARK: Final = "\ufeff"


class _RefusedError(ValueError):
    """Something that Python's parser would let pass."""

    def __init__(self, detail: str, detail_zh: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.detail_zh = detail_zh


def parse_json(body: bytes) -> Any:
    """Read a JSON text.

    Raises:
        MalformedJson: it is none; the detail says where and why, and repeats nothing of it.
    """
    try:
        return _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedJson(
            f"Byte {error.start} of the body is not valid UTF-8. Send the JSON as UTF-8.",
            f"请求体第{error.start}个字节不是有效的UTF-8。请以UTF-8编码发送JSON。",
        ) from None
    except json.JSONDecodeError as error:
        raise _syntax_error(error) from None
    except _RefusedError as error:
        raise MalformedJson(error.detail, error.detail_zh) from None
    except RecursionError:
        raise MalformedJson(
            "The JSON is nested too deeply. Send a flat object as documented.",
            "JSON嵌套层数过多。请按接口文档发送。",
        ) from None
    except ValueError:
        # Python refuses to convert integers of thousands of digits.
        raise MalformedJson(
            "A number in the JSON has too many digits. Send numbers of usual length.",
            "JSON中的数字位数过多。请发送正常长度的数字。",
        ) from None


def parse_lines(body: bytes) -> list[Any]:
    """Read one JSON text a line (NDJSON); empty lines are passed over.

    Raises:
        MalformedJson: a line is none; the detail says which.
    """
    values = []
    for number, line in enumerate(body.split(b"\n"), 1):
        if line.strip():
            try:
                values.append(parse_json(line))
            except MalformedJson as error:
                raise MalformedJson(
                    f"Line {number} of the body: {error.detail}",
                    f"请求体第{number}行：{error.detail_zh}",
                ) from None
    return values


def _syntax_error(error: json.JSONDecodeError) -> MalformedJson:
    if not error.doc.strip():
        return MalformedJson(
            "The body is empty. Send one JSON object.", "请求体为空。请发送一个JSON对象。"
        )
    if error.doc.startswith(_BYTE_ORDER_MARK):
        return MalformedJson(
            "The body begins with a byte order mark. Send the JSON without it.",
            "请求体以字节顺序标记（BOM）开头。请发送不带BOM的JSON。",
        )
    # Some of Python's messages end in "at", before the position that it would add.
    what = re.sub(r" at$", " here", error.msg)
    return MalformedJson(
        f"Line {error.lineno}, column {error.colno}: {what}. Send one JSON object.",
        f"第{error.lineno}行第{error.colno}列：JSON语法错误。请发送一个JSON对象。",
    )


def are_lines(headers: dict[bytes, bytes]) -> bool:
    """Whether the body claims to be plain JSON line by line.

    Args:
        headers: names in lower case.
    """
    content_type = headers.get(b"content-type", b"").lower().partition(b";")[0].strip()
    return content_type == LINES and b"content-encoding" not in headers


def require_json(headers: dict[bytes, bytes]) -> None:
    """Check that the body claims to be plain JSON.

    Args:
        headers: names in lower case.

    Raises:
        UnsupportedMediaType: another type or charset, a compressed body, or no type at all.
    """
    content_type = headers.get(b"content-type", b"")
    if content_type == b"application/json" and b"content-encoding" not in headers:
        return
    media_type, _, parameters = content_type.decode("latin-1").lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "")
    encoding = headers.get(b"content-encoding", b"identity").lower()
    if (
        media_type.strip() != "application/json"
        or charset not in {"", "charset=utf-8"}
        or encoding != b"identity"
    ):
        raise UnsupportedMediaType(
            "Send the body uncompressed, with the header Content-Type: application/json.",
            "请发送未压缩的请求体，并设置请求头 Content-Type: application/json。",
        )


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _RefusedError(
            "An object in the JSON names one member twice. Send each member once.",
            "JSON对象中有重复的字段。每个字段只能出现一次。",
        )
    return members


def _refuse_constant(_: str) -> NoReturn:
    raise _RefusedError(
        "NaN and Infinity are not JSON. Send finite numbers.",
        "NaN和Infinity不是合法的JSON。请发送有限的数值。",
    )


_DECODER = json.JSONDecoder(object_pairs_hook=_unique_members, parse_constant=_refuse_constant)
