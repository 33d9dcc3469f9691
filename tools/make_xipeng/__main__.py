"""Write the roads of Xipeng and the picture of them."""

from __future__ import annotations

from pathlib import Path

from tools.make_xipeng.draw import draw
from tools.make_xipeng.osm_writer import write_osm

REPOSITORY = Path(__file__).resolve().parents[2]
ROADS = REPOSITORY / "data/road_graphs/xipeng/roads.osm.gz"


def main() -> None:
    """Draw and write."""
    drawing = draw()
    ROADS.parent.mkdir(parents=True, exist_ok=True)
    write_osm(drawing.sheet, ROADS)
    print(f"{ROADS}: {len(drawing.sheet.roads)} ways, {ROADS.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
