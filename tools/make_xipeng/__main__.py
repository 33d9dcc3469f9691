"""Write the roads of Xipeng and the picture of them."""

from __future__ import annotations

from pathlib import Path

from tools.make_xipeng.draw import draw
from tools.make_xipeng.osm_writer import write_osm
from tools.make_xipeng.svg_map import svg_map

REPOSITORY = Path(__file__).resolve().parents[2]
DISTRICT = REPOSITORY / "data/road_graphs/xipeng"
ROADS = DISTRICT / "roads.osm.gz"
PICTURE = REPOSITORY / "docs/images/xipeng.svg"


def main() -> None:
    """Draw and write."""
    drawing = draw()
    write_osm(drawing.sheet, ROADS)
    print(f"{ROADS}: {len(drawing.sheet.roads)} ways, {ROADS.stat().st_size:,} bytes")
    PICTURE.write_text(svg_map(drawing, DISTRICT), encoding="utf-8")
    print(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
