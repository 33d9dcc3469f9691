"""What is wrong with a request, field by field, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import QueryParams
from starlette.types import Scope

from dispatch_router.domain.names import choices_zh
from dispatch_router.web.problems import FieldError, InvalidRequest
from dispatch_router.web.schemas.closure_requests import CLOSURE_FORMS
from dispatch_router.web.schemas.incident_requests import CallerRequest
from dispatch_router.web.schemas.requests import LOCATION_FORMS

# Names of alternatives that pydantic puts into the place of a mistake: no member is called so.
_FORMS: Final = LOCATION_FORMS | CLOSURE_FORMS
MAX_ERRORS: Final = 20
MAX_PATH_CHARACTERS: Final = 100

# By pydantic's error type; ``{...}`` are the limits that the error carries.
_MESSAGES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "missing": ("this member is required", "缺少该字段"),
        "extra_forbidden": ("there is no such member; remove it", "没有该字段，请删除"),
        "repeated": ("give this once", "该参数只能出现一次"),
        "bool_type": ("must be true or false", "必须是true或false"),
        "float_type": ("must be a number", "必须是数字"),
        "int_type": ("must be a whole number", "必须是整数"),
        "int_parsing": ("must be a whole number in digits", "必须是数字表示的整数"),
        "beyond_float": (
            "is far out of bounds; see the API documentation",
            "数值远超允许范围，请参阅接口文档",
        ),
        "finite_number": ("must be a finite number", "必须是有限的数值"),
        "greater_than_equal": ("must be {ge} or more", "不得小于{ge}"),
        "less_than_equal": ("must be {le} or less", "不得大于{le}"),
        "string_type": ("must be a string", "必须是字符串"),
        "string_unicode": ("must be valid Unicode", "必须是有效的Unicode文本"),
        "string_too_short": (
            "must have {min_length} characters or more",
            "长度不得少于{min_length}个字符",
        ),
        "string_too_long": (
            "must have {max_length} characters or fewer",
            "长度不得超过{max_length}个字符",
        ),
        "string_pattern_mismatch": (
            "must be printed text, without control characters",
            "必须是可见文字，且不得包含控制字符",
        ),
        "literal_error": ("must be {expected}", "可选值：{expected}"),
        "model_type": ("must be a JSON object", "必须是JSON对象"),
        "location_form": (
            "give either lon and lat (and crs), or place",
            "请提供lon和lat（可加crs），或者提供place",
        ),
        "cursor": (
            "must be the next_cursor of the page before; leave it out to begin",
            "必须是上一页的next_cursor；省略即从头开始",
        ),
        "list_type": ("must be a JSON array", "必须是JSON数组"),
        "too_short": ("must have {min_length} items or more", "不得少于{min_length}项"),
        "too_long": ("must have {max_length} items or fewer", "不得多于{max_length}项"),
        "less_than": ("must be less than {lt}", "必须小于{lt}"),
        "bool_parsing": ("must be true or false", "必须是true或false"),
        "not_rfc3339": (
            "must be a time as in 2025-06-02T08:00:00+08:00, with its offset",
            "必须是带时区偏移的时间，例如2025-06-02T08:00:00+08:00",
        ),
        "phone_number": (
            "must be a phone number: digits, with + before a country's",
            "必须是电话号码：数字，国家代码前加+",
        ),
        "closure_form": ("give one of area, line and road", "请提供area、line、road三者之一"),
        "lat_out_of_bounds": (
            "a position is [lon, lat], and lat is between -90 and 90",
            "坐标格式为[lon, lat]，lat须在-90到90之间",
        ),
        "hospital_needs": (
            "must be words of hospitals.yaml with commas between: {words}",
            "须为hospitals.yaml中的收治能力，用逗号分隔：{words}",
        ),
        "repeated_item": ("names one thing twice", "有重复项"),
        "lon_lat_swapped": (
            "lat must be between -90 and 90; lon and lat look swapped",
            "lat必须在-90到90之间；lon和lat似乎写反了",
        ),
    }
)
WHOLE_NUMBER: Final = r"^[0-9]{1,19}$"
STATED_ID: Final = r"^[a-z0-9]+([-_][a-z0-9]+)*$"
"""Ids that people choose, of posts, units and the like."""
GIVEN_ID: Final = r"^[0-9a-f]+(-[0-9a-f]+)*$"
"""Ids that the service gives, of incidents and closures."""
# What a text that does not look so is told, by the pattern.
_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {WHOLE_NUMBER: "int_parsing", STATED_ID: "cursor", GIVEN_ID: "cursor"}
)
_OTHER: Final = (
    "this value is not accepted; see the API documentation",
    "取值无效，请参阅接口文档",
)


def check(validate: Callable[[Any], Any], value: Any) -> Any:
    """Run a pydantic validator.

    Raises:
        InvalidRequest: with the place and the remedy of each mistake.
    """
    try:
        return validate(value)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise invalid_request(details) from None


def invalid_request(details: Sequence[Mapping[str, Any] | ErrorDetails]) -> InvalidRequest:
    """Translate pydantic's findings; at most ``MAX_ERRORS`` of them."""
    return InvalidRequest([_field_error(detail) for detail in details[:MAX_ERRORS]])


def refuse_query(scope: Scope, *known: str) -> None:
    """Check that the query has no parameter that is unknown or repeated.

    Raises:
        InvalidRequest: it has.
    """
    if not scope["query_string"]:
        return
    names = [name for name, _ in QueryParams(scope["query_string"]).multi_items()]
    errors = [_error(name, "extra_forbidden") for name in sorted(set(names) - set(known))]
    errors += [_error(name, "repeated") for name in known if names.count(name) > 1]
    if errors:
        raise InvalidRequest(errors[:MAX_ERRORS])


def _field_error(detail: Mapping[str, Any] | ErrorDetails) -> FieldError:
    path = ".".join(str(part) for part in _told(detail["loc"]) if part not in _FORMS)
    return _error(path, _kind(detail), detail.get("ctx", {}))


def _told(loc: Sequence[Any]) -> Sequence[Any]:
    """Leave out what somebody called a member of the caller: it may be the number itself."""
    is_named = loc[:1] == ("caller",) and loc[1:] and loc[1] not in CallerRequest.model_fields
    return loc[:1] if is_named else loc


def _kind(detail: Mapping[str, Any] | ErrorDetails) -> str:
    kind: str = detail["type"]
    if kind == "string_pattern_mismatch":
        return _KINDS.get(detail["ctx"]["pattern"], kind)
    # pydantic calls an integer that no float can hold "not a number".
    is_huge = kind == "float_type" and type(detail["input"]) is int
    return "beyond_float" if is_huge else kind


def _error(path: str, kind: str, limits: Mapping[str, Any] = MappingProxyType({})) -> FieldError:
    message, message_zh = _MESSAGES.get(kind, _OTHER)
    limits_zh = {name: choices_zh(str(limit)) for name, limit in limits.items()}
    return FieldError(_printable(path), message.format(**limits), message_zh.format(**limits_zh))


def _printable(path: str) -> str:
    """Shorten a path and replace what does not print: a client chose the names in it."""
    shown = path[:MAX_PATH_CHARACTERS]
    return "".join(c if c.isprintable() else "�" for c in shown)
