"""The roads of one name."""

from __future__ import annotations

import numpy as np

from dispatch_router.domain.names import normal_form
from dispatch_router.routing.graph import Int32, RoadGraph


class RoadNames:
    """Edges by every name that they have, spelt in normal form."""

    def __init__(self, graph: RoadGraph) -> None:
        edges = graph.edges
        names = [graph.name(index) for index in range(len(edges.name_first) - 1)]
        forms: dict[str, int] = {"": 0}
        form_of_name = np.array(
            [forms.setdefault(normal_form(name), len(forms)) for name in names], dtype=np.int64
        )
        columns = (edges.name, edges.name_zh, edges.name_en)
        form = np.concatenate([form_of_name[column] for column in columns])
        edge = np.tile(np.arange(len(edges.name), dtype=np.int64), len(columns))
        # Each edge once under each spelling, by spelling, then by edge.
        pairs = np.unique(form * max(len(edges.name), 1) + edge)
        self._edge = (pairs % max(len(edges.name), 1)).astype(np.int32)
        self._first = np.searchsorted(pairs // max(len(edges.name), 1), np.arange(len(forms) + 1))
        self._forms = forms

    def edges_of(self, name: str) -> Int32:
        """Return the edges of a name in any language, ascending; width, case and space alike."""
        form = self._forms.get(normal_form(name), 0)
        if form == 0:
            return np.empty(0, dtype=np.int32)
        return self._edge[self._first[form] : self._first[form + 1]]
