"""Road names: Chinese, English and as signed, cleaned and stored once each."""

from __future__ import annotations

import unicodedata

from dispatch_router.routing.build.tags import Tags

MAX_NAME_CHARACTERS = 120
_CHINESE_KEYS = ("name:zh", "name:zh-Hans", "name:zh-CN")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class NameTable:
    """Distinct names in the order seen; index 0 is the empty name."""

    def __init__(self) -> None:
        self._index = {"": 0}

    def index(self, name: str) -> int:
        """Return the index of ``name``, new or not."""
        return self._index.setdefault(name, len(self._index))

    def indexes(self, names: tuple[str, str, str]) -> tuple[int, int, int]:
        """Return the index of each of the three names of a road."""
        signed, chinese, english = names
        return self.index(signed), self.index(chinese), self.index(english)

    def names(self) -> tuple[str, ...]:
        """Return every name, ``names()[index(name)] == name``."""
        return tuple(self._index)


def clean_name(text: str) -> str:
    """Return ``text`` on one line, without invisible characters, of a bounded length.

    Direction overrides and other format characters go too: a name must not be able to change how
    the text around it reads.
    """
    # Far more than is kept, so that the work stays bounded however long the text is.
    visible = text[: 8 * MAX_NAME_CHARACTERS]
    if not visible.isprintable():
        visible = "".join(map(_visible, visible))
    return " ".join(visible.split())[:MAX_NAME_CHARACTERS].rstrip()


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _INVISIBLE else character


def road_names(tags: Tags) -> tuple[str, str, str]:
    """Return the name as signed (else the road number), the Chinese and the English name."""
    signed = _first_name(tags, ("name", "ref"))
    return signed, _first_name(tags, _CHINESE_KEYS), _first_name(tags, ("name:en",))


def _first_name(tags: Tags, keys: tuple[str, ...]) -> str:
    for key in keys:
        if key in tags and (name := clean_name(tags[key])):
            return name
    return ""


def first_line(error: Exception) -> str:
    """Return what an error says, cleaned as names are: its text may quote the file."""
    return clean_name((str(error).splitlines() or [""])[0]) or type(error).__name__
