"""Finding a place by what people call it."""

from __future__ import annotations

import difflib
import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence

from dispatch_router.domain.errors import UnknownPlace
from dispatch_router.domain.gazetteer import Place
from dispatch_router.domain.names import normal_form

_CLOSE_MATCHES = 5
_CLOSE_ENOUGH = 0.4
# The comparison is slow, so only the names that share most characters are compared.
_COMPARED = 200


def spellings(place: Place) -> tuple[str, ...]:
    """Everything that the place may be called: id, both names and aliases."""
    return (place.id, place.name.zh, place.name.en, *place.aliases)


class GazetteerIndex:
    """Places by every spelling."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places: dict[str, Place] = {}
        self._spellings_with: defaultdict[str, list[str]] = defaultdict(list)
        for place in places:
            for spelling in spellings(place):
                self._places.setdefault(normal_form(spelling), place)
        for spelling in self._places:
            for character in set(spelling):
                self._spellings_with[character].append(spelling)

    def find(self, text: str) -> Place:
        """Return the place of that id, name or alias.

        Raises:
            UnknownPlace: there is none; the detail names the closest.
        """
        place = self._places.get(normal_form(text))
        if place is not None:
            return place
        close = self.close_to(text)
        shown = " ".join(text.split())
        detail = f"The gazetteer has no place {shown!r}."
        detail_zh = f"地名表中没有“{shown}”。"
        if close:
            detail += " Did you mean " + ", ".join(f"{p.name.zh} ({p.name.en})" for p in close)
            detail += "? Else give lon and lat."
            detail_zh += "是否指：" + "、".join(p.name.zh for p in close) + "？也可直接给出经纬度。"
        else:
            detail += " Give lon and lat, or add the place to gazetteer.yaml."
            detail_zh += "请给出经纬度，或在gazetteer.yaml中添加该地名。"
        raise UnknownPlace(detail, detail_zh)

    def close_to(self, text: str) -> list[Place]:
        """Return at most five places that are spelled most like ``text``, the closest first."""
        wanted = normal_form(text)
        shared = Counter(
            spelling
            for character in set(wanted)
            for spelling in self._spellings_with.get(character, ())
        )
        compared = heapq.nsmallest(_COMPARED, shared, key=lambda s: (-shared[s], s))
        scored = sorted((-_likeness(wanted, spelling), spelling) for spelling in compared)
        close: dict[str, Place] = {}
        for negative_likeness, spelling in scored:
            if -negative_likeness < _CLOSE_ENOUGH or len(close) == _CLOSE_MATCHES:
                break
            place = self._places[spelling]
            close.setdefault(place.id, place)
        return list(close.values())


def _likeness(wanted: str, spelling: str) -> float:
    """0-1; a name that holds the other whole counts as very close."""
    likeness = difflib.SequenceMatcher(None, wanted, spelling, autojunk=False).ratio()
    if wanted in spelling or spelling in wanted:
        likeness = max(likeness, 0.5) + 0.25
    return min(likeness, 1.0)
