"""A YAML or JSON file as plain values, with the line of each, from files that nobody trusts.

Read from PyYAML's events rather than its nodes: nothing recurses, so that depth and size can be
bounded while reading, and nothing is constructed but lists, dicts and scalars. Anchors, aliases,
tags, several documents and repeated keys are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from dispatch_router.storage.district_files.mistakes import Mistake, Step, written_path
from dispatch_router.storage.district_files.scalars import Scalar, plain_scalar

MAX_DEPTH = 20
MAX_VALUES = 500_000

LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class Refused(Exception):
    """The file cannot be read past this line."""

    def __init__(self, line: int, message: str, message_zh: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.message_zh = message_zh


@dataclass(slots=True)
class Lines:
    """The line of a value and of everything inside it."""

    line: int
    children: dict[Step, Lines] = field(default_factory=dict)


@dataclass(slots=True)
class Document:
    """One file as read.

    Attributes:
        file: its name in messages.
        value: dicts (keys text or whole numbers), lists and scalars.
    """

    file: str
    value: Any
    lines: Lines

    def line_of(self, path: tuple[Step, ...]) -> int:
        """Line of the value at ``path``, or of the nearest value around it."""
        at = self.lines
        for step in path:
            if step not in at.children:
                break
            at = at.children[step]
        return at.line

    def mistake(
        self, path: tuple[Step, ...], message: str, message_zh: str, *, warning: bool = False
    ) -> Mistake:
        """Make a mistake with its line."""
        line = self.line_of(path)
        return Mistake(self.file, line, written_path(path), message, message_zh, warning)


@dataclass(slots=True)
class _Open:
    """A list or dict that is still being read."""

    container: dict[Step, Any] | list[Any]
    lines: Lines
    key: Step | None = None
    """The key whose value comes next."""
    key_line: int = 0


@dataclass(slots=True)
class _Builder:
    file: str
    mistakes: list[Mistake]
    stack: list[_Open] = field(default_factory=list)
    root: tuple[Any, Lines] | None = None
    values: int = 0

    def take(self, event: Any) -> None:
        """Take the next event of the file."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise Refused(line, "Aliases (*name) are not allowed.", "不允许使用别名（*name）。")
        if isinstance(event, yaml.NodeEvent):
            self._refuse_decoration(event, line)
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = self.stack.pop()
            if not self.stack:
                self.root = closed.container, closed.lines
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise Refused(
                line, "Only one document per file (---).", "每个文件只能有一个文档（---）。"
            )

    def _refuse_decoration(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            raise Refused(line, "Anchors (&name) are not allowed.", "不允许使用锚点（&name）。")
        if getattr(event, "tag", None) is not None:
            raise Refused(line, "Tags (!name) are not allowed.", "不允许使用标签（!name）。")
        self.values += 1
        if self.values > MAX_VALUES:
            raise Refused(line, f"More than {MAX_VALUES} values.", f"数据项超过{MAX_VALUES}个。")

    def _take_scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        # An unquoted scalar has no style, or an empty one, depending on the parser.
        value = event.value if event.style else plain_scalar(event.value)
        if isinstance(value, str) and any("\ud800" <= each <= "\udfff" for each in value):
            raise Refused(line, "Half of a surrogate pair.", "含有不成对的代理字符。")
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.container, dict) and top.key is None:
            self._take_key(top, value, line)
        else:
            self._place(value, Lines(line))

    def _take_key(self, top: _Open, key: Scalar, line: int) -> None:
        if isinstance(key, bool) or not isinstance(key, str | int):
            raise Refused(line, "A key has to be a word or a whole number.", "键必须是文字或整数。")
        if key in top.container:
            self.mistakes.append(
                Mistake(
                    self.file,
                    line,
                    str(key),
                    f"The key {key!r} stands here twice.",
                    f"键{key!r}重复。",
                )
            )
        top.key, top.key_line = key, line

    def _open(self, event: yaml.CollectionStartEvent, line: int) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise Refused(line, f"More than {MAX_DEPTH} levels deep.", f"嵌套超过{MAX_DEPTH}层。")
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.container, dict) and top.key is None:
            raise Refused(line, "A key cannot be a list or a mapping.", "键不能是列表或映射。")
        container: dict[Step, Any] | list[Any] = (
            {} if isinstance(event, yaml.MappingStartEvent) else []
        )
        lines = Lines(line)
        if top is not None:
            self._place(container, lines)
        self.stack.append(_Open(container, lines))

    def _place(self, value: Any, lines: Lines) -> None:
        if not self.stack:
            self.root = value, lines
            return
        top = self.stack[-1]
        if isinstance(top.container, list):
            top.lines.children[len(top.container)] = lines
            top.container.append(value)
        elif top.key is not None:
            # A person looks for the key, which may stand lines above its value.
            lines.line = top.key_line
            top.lines.children[top.key] = lines
            top.container[top.key] = value
            top.key = None


def read_document(
    text: str, file: str, mistakes: list[Mistake], loader: Any = LOADER
) -> Document | None:
    """Read one file; mistakes of form go to ``mistakes``.

    Returns:
        None where the file cannot be understood as a whole.
    """
    builder = _Builder(file, mistakes)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except Refused as refused:
        mistakes.append(Mistake(file, refused.line, "", refused.message, refused.message_zh))
        return None
    except yaml.YAMLError as error:
        mistakes.append(_syntax_mistake(file, error))
        return None
    if builder.root is None:
        mistakes.append(Mistake(file, None, "", "The file is empty.", "文件为空。"))
        return None
    value, lines = builder.root
    return Document(file, value, lines)


def _syntax_mistake(file: str, error: yaml.YAMLError) -> Mistake:
    line = None
    problem = " ".join(str(error).split())
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        problem = ", ".join(part for part in (error.context, error.problem) if part)
    return Mistake(
        file,
        line,
        "",
        f"This is not well-formed: {problem}. Look at the indentation, the quotes and the brackets "
        "here and on the line before.",
        "格式有误。请检查本行及上一行的缩进、引号和括号。",
    )
