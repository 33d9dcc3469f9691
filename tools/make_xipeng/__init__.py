"""Draw the synthetic road network of Xipeng.

The names and the anchors are real, the roads are not: nothing here is measured, and nothing is
taken from OpenStreetMap. `python -m tools.make_xipeng` writes data/road_graphs/xipeng/roads.osm.gz
and docs/images/xipeng.svg; the same seed gives the same bytes.
"""
