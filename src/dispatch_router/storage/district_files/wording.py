"""What pydantic finds, said in words that help, in English and Chinese."""

from __future__ import annotations

from typing import Any

from dispatch_router.domain.names import choices_zh

_PATTERNS = {
    r"^[a-z0-9]+([-_][a-z0-9]+)*$": (
        "This has to be made of small letters, digits and single - or _ between them.",
        "只能使用小写字母、数字，中间可用单个-或_连接。",
    ),
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": (
        "This has to be a time of day from 00:00 to 23:59.",
        "须为00:00至23:59的时刻。",
    ),
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": (
        "This has to be a date such as 2025-10-01.",
        "须为日期，例如2025-10-01。",
    ),
}

# By the type of pydantic's error; {} fields come from its context.
_SAYINGS = {
    "missing": ("The key is missing.", "缺少该键。"),
    "extra_forbidden": ("There is no such key: look at its spelling.", "没有这个键，请检查拼写。"),
    "int_type": ("This has to be a whole number.", "须为整数。"),
    "float_type": ("This has to be a number, without quotes.", "须为数字，不加引号。"),
    "bool_type": ("This has to be true or false.", "须为true或false。"),
    "list_type": ("This has to be a list.", "须为列表。"),
    "dict_type": ("This has to be a mapping of keys to values.", "须为键值映射。"),
    "model_type": ("This has to be a mapping of keys to values.", "须为键值映射。"),
    "literal_error": ("This has to be {expected}.", "只能取：{expected}。"),
    "greater_than_equal": ("This has to be {ge} or more.", "不能小于{ge}。"),
    "less_than_equal": ("This has to be {le} or less.", "不能大于{le}。"),
    "finite_number": ("This has to be a finite number.", "须为有限的数。"),
    "string_too_short": ("This must not be empty.", "不能为空。"),
    "string_too_long": ("Longer than {max_length} characters.", "超过{max_length}个字符。"),
    "too_short": ("At least {min_length} items are needed.", "至少需要{min_length}项。"),
    "too_long": ("More than {max_length} items.", "超过{max_length}项。"),
    "no_date": ("There is no such day in the calendar.", "日历中没有这一天。"),
    "unprintable": (
        "White space around it, or a character that cannot be seen.",
        "首尾有空白，或含有不可见字符。",
    ),
}


def said(error: Any) -> tuple[str, str]:
    """Put one of pydantic's ``ErrorDetails`` into English and Chinese."""
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    if kind == "string_type":
        return _text_expected(value)
    if kind == "string_pattern_mismatch":
        return _PATTERNS[context["pattern"]]
    if kind in {"greater_than_equal", "less_than_equal"} and error["loc"][-1:] == ("lat",):
        return (
            "lat has to lie between -90 and 90; perhaps lon and lat are swapped.",
            "纬度须在-90至90之间，请检查经纬度是否写反。",
        )
    if kind in _SAYINGS:
        english, chinese = _SAYINGS[kind]
        context_zh = {name: choices_zh(str(limit)) for name, limit in context.items()}
        return english.format(**context), chinese.format(**context_zh)
    return f"{error['msg']}.", "该值不符合要求。"


def _text_expected(value: object) -> tuple[str, str]:
    if isinstance(value, int | float):
        return (
            "This has to be text: put it in quotes, for unquoted it is read as a value.",
            "须为文字，请加引号，否则会按数值读取。",
        )
    return "This has to be text.", "须为文字。"
