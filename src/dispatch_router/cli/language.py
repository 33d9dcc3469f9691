"""The languages that the terminal speaks."""

from __future__ import annotations

from enum import StrEnum

from dispatch_router.domain.names import Name


class Language(StrEnum):
    """English, Chinese, or one above the other."""

    EN = "en"
    ZH = "zh"
    BOTH = "both"

    def say(self, en: str, zh: str, between: str = "\n") -> str:
        """Choose among two texts; ``both`` says the Chinese first, unless they are the same."""
        if self is Language.EN:
            return en
        if self is Language.ZH or en == zh:
            return zh
        return f"{zh}{between}{en}"

    def call(self, name: Name, between: str = "\n") -> str:
        """Say a name."""
        return self.say(name.en, name.zh, between)
