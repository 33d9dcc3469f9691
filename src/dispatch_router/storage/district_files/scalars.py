"""What an unquoted word means: the core schema of YAML 1.2.

YAML 1.1, which PyYAML resolves by default, reads ``08:00`` as the number 480 and ``NO`` as false.
See https://yaml.org/spec/1.2.2/#103-core-schema; hexadecimal and octal numbers are left out.
"""

from __future__ import annotations

import re

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
    ".inf": float("inf"), "+.inf": float("inf"), "-.inf": float("-inf"), ".nan": float("nan"),
    ".Inf": float("inf"), "-.Inf": float("-inf"), ".NaN": float("nan"), ".NAN": float("nan"),
}  # fmt: skip
_WHOLE = re.compile(r"[-+]?[0-9]+", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
# Longer ones are read as floats, for Python refuses to read integers of thousands of digits.
_LONGEST_WHOLE = 18


def plain_scalar(text: str) -> Scalar:
    """Return the value of an unquoted scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= _LONGEST_WHOLE and _WHOLE.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return text
