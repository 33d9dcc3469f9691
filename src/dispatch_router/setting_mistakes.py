"""What is wrong with a setting, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pydantic import ValidationError

from dispatch_router.domain.names import choices_zh

# By pydantic's error type, whose own words are the English; ``{...}`` are the limits it carries.
_CHINESE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "bool_parsing": "必须是true或false",
        "bool_type": "必须是true或false",
        "empty": "不能为空；不需要时请省略",
        "finite_number": "必须是有限的数值",
        "float_parsing": "必须是数字",
        "float_type": "必须是数字",
        "greater_than": "必须大于{gt}",
        "greater_than_equal": "不得小于{ge}",
        "is_instance_of": "必须是路径",
        "int_from_float": "必须是整数",
        "int_parsing": "必须是整数",
        "int_parsing_size": "数字位数过多",
        "int_type": "必须是整数",
        "less_than_equal": "不得大于{le}",
        "literal_error": "可选值：{expected}",
        "path_type": "必须是路径",
        "string_too_long": "长度不得超过{max_length}个字符",
        "string_too_short": "长度不得少于{min_length}个字符",
        "string_type": "必须是字符串",
    }
)
_OTHER: Final = "取值无效，请参阅docs/operations.md"


@dataclass(frozen=True, slots=True, order=True)
class SettingMistake:
    """One mistake. Both texts begin with the setting or the file, as whoever set it spells it."""

    text: str
    text_zh: str


def mistakes_in(error: ValidationError, spell: Callable[[str], str]) -> Iterator[SettingMistake]:
    """Translate pydantic's findings.

    Args:
        error: of the model of one concern.
        spell: says a setting's name the way of the source that was read.
    """
    for problem in error.errors(include_url=False):
        name = spell(str(problem["loc"][0]))
        message = problem["msg"][0].lower() + problem["msg"][1:]
        limits = {
            key: str(limit).removesuffix(".0") for key, limit in problem.get("ctx", {}).items()
        }
        if "expected" in limits:
            limits["expected"] = choices_zh(limits["expected"])
        message_zh = _CHINESE.get(problem["type"], _OTHER).format(**limits)
        given = f"{problem['input']!r:.100}"
        yield SettingMistake(
            f"{name}: {message}, was {given}", f"{name}：{message_zh}，当前值为{given}"
        )
