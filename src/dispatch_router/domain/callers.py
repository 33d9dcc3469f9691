"""Who called: of phone and name nothing is kept but a hash that takes a secret key to make.

A phone number is short enough to be found by trying all of them, so a hash without a key would hide
nothing. With another key the same caller has another hash.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from dispatch_router.domain.errors import DispatchError
from dispatch_router.domain.names import normal_form

LEAST_KEY_BYTES: Final = 32
_NOT_DIALLED: Final = re.compile(r"[\s().\-\u2010-\u2015]")
_DIALLED: Final = re.compile(r"\+?[0-9]{3,20}")
_MOBILE: Final = re.compile(r"1[0-9]{10}")
# With its area code, of which the zero is left out behind the country's.
_LANDLINE_DIGITS: Final = range(9, 12)


class NoCallerKey(DispatchError):
    """Nothing of a caller can be kept here."""

    code = "no_caller_key"


@dataclass(frozen=True, slots=True)
class CallerHashes:
    """What is kept of a caller: SHA-256 under a secret key, in hexadecimal; None of the unsaid."""

    phone: str | None = None
    name: str | None = None


NOBODY_NAMED: Final = CallerHashes()


@dataclass(frozen=True, slots=True)
class CallerHashing:
    """Hashes callers; equal ones have equal hashes.

    Attributes:
        key: secret, ``LEAST_KEY_BYTES`` or more; None where there is none.
    """

    key: bytes | None = field(default=None, repr=False)

    def of(self, phone: str | None, name: str | None) -> CallerHashes:
        """Return what may be kept of a caller.

        Args:
            phone: as ``dialled`` returns it.
            name: as it was sent; width, case and white space make no difference.

        Raises:
            NoCallerKey: there is no key.
        """
        if phone is None and name is None:
            return CallerHashes()
        if self.key is None:
            raise NoCallerKey(
                "Nothing of the caller can be kept, for this service has no key to hash it with. "
                "Leave caller out, or let its operator set DISPATCH_CALLER_KEY_FILE, to the same "
                "key for all services on one database.",
                "本服务没有用于计算摘要的密钥，不能保存报警人信息。请去掉caller，"
                "或由运维设置DISPATCH_CALLER_KEY_FILE（共用数据库的各服务须使用同一密钥）。",
            )
        return CallerHashes(
            None if phone is None else _hash(self.key, f"phone:{phone}"),
            None if name is None else _hash(self.key, f"name:{normal_form(name)}"),
        )


NO_KEY: Final = CallerHashing()


def dialled(phone: str) -> str | None:
    """Write a phone number in one way, however it was typed; None where it is none.

    Spaces, dashes, brackets and the width of digits make no difference, nor does the prefix of
    China (+86, 0086). A number of another country keeps its own, as +852.
    """
    digits = _NOT_DIALLED.sub("", unicodedata.normalize("NFKC", phone))
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if _DIALLED.fullmatch(digits) is None:
        return None
    if not digits.startswith("+86"):
        return digits
    national = digits[3:]
    is_landline = len(national) in _LANDLINE_DIGITS and not national.startswith("0")
    return "0" + national if is_landline and not _MOBILE.fullmatch(national) else national


def _hash(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("utf-8"), hashlib.sha256).hexdigest()
