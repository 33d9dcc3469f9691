"""Files that nobody should trust: always one clear error that names the file, never a crash."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import os
import pickle
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_router.domain.errors import InvalidGraph
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.sources import read_network
from dispatch_router.routing.format import open_graph, write_graph
from tests.district_roads import as_built
from tests.osm_town import draw_places, read_town, way, write_osm

GOOD = write_osm(draw_places("a--b--c"), [way("abc")], {})


def refused(path: Path) -> str:
    with pytest.raises(InvalidGraph) as caught:
        read_network(path)
    assert caught.value.detail.startswith(f"{path.name}: ")
    assert caught.value.detail_zh.startswith(f"{path.name}：")
    assert "\n" not in caught.value.detail
    assert len(caught.value.detail) < 400
    return caught.value.detail


def written(tmp_path: Path, name: str, content: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("name", ["map.osm.pbf", "map.osm", "map.osm.gz", "map.graphml", "map"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello, this is no map",
        b"\x00" * 1000,
        b"\x1f\x8b",
        b"\x1f\x8b" + b"garbage" * 50,
        b"BZh9" + b"garbage" * 50,
        b"<",
        b"<osm",
        b"<osm></osm",
        b"<html><body>404</body></html>",
        b"<?xml version='1.0' encoding='latin-2000'?><osm/>",
        b'{"type": "FeatureCollection", "features": []}',
        b"PK\x03\x04 a zip file",
        pickle.dumps({"nodes": [1, 2, 3]}),
        b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7c" + b"\xff" * 200,
        b"\x00\x00\x00\x0d\x0a\x09OSMHeader",
    ],
)
def test_what_is_no_map_is_refused_whatever_its_name(tmp_path, name, content):
    refused(written(tmp_path, name, content))


def test_a_map_is_read_whatever_its_name(tmp_path):
    for name, content in {
        "map.osm.pbf": GOOD.encode(),
        "map.txt": gzip.compress(GOOD.encode()),
        "map": bz2.compress(GOOD.encode()),
        "map.gz": b"\xef\xbb\xbf\n" + GOOD.split("?>", 1)[1].encode(),
    }.items():
        assert len(read_network(written(tmp_path, name, content)).edge_tail) == 1


def test_missing_files_and_folders_are_refused(tmp_path):
    assert "no such file" in refused(tmp_path / "nowhere.osm.pbf")
    assert "not a file" in refused(tmp_path)


def test_a_pipe_that_never_ends_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.osm")
    assert "not a file" in refused(tmp_path / "pipe.osm")


def test_a_pickle_is_refused_and_never_loaded(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "ran",))

    for name in ("graph.graphml", "graph.osm", "graph.osm.pbf", "graph.pickle"):
        refused(written(tmp_path, name, pickle.dumps(Bomb())))
    buffer = io.BytesIO()
    np.save(buffer, np.array([Bomb()], dtype=object), allow_pickle=True)
    refused(written(tmp_path, "graph.npy", buffer.getvalue()))
    assert not (tmp_path / "ran").exists()


LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
BOMBS = {
    "billion laughs": f'<!DOCTYPE osm [<!ENTITY l0 "ha">{LAUGHS}]><ROOT x="&l9;"/>',
    "quadratic": f'<!DOCTYPE osm [<!ENTITY a "{"a" * 100_000}">]><ROOT x="{"&a;" * 10_000}"/>',
    "external": '<!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/passwd">]><ROOT>&x;</ROOT>',
    "remote": '<!DOCTYPE osm SYSTEM "http://127.0.0.1:9/osm.dtd"><ROOT/>',
    "after a comment": f"<!-- {'x' * 3_000_000} --><!DOCTYPE osm><ROOT/>",
}


@pytest.mark.parametrize("root", ["osm", "graphml"])
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_an_xml_bomb_is_refused_before_it_can_grow(tmp_path, bomb, root):
    text = '<?xml version="1.0"?>' + bomb.replace("ROOT", root)
    assert "document type" in refused(written(tmp_path, "bomb.xml", text))
    assert "document type" in refused(written(tmp_path, "bomb.gz", gzip.compress(text.encode())))


def test_a_bomb_in_another_encoding_is_refused_too(tmp_path):
    text = '<?xml version="1.0" encoding="UTF-16"?>' + BOMBS["billion laughs"]
    refused(written(tmp_path, "bomb.osm", text.encode("utf-16")))


def test_a_tag_that_never_ends_is_refused_while_it_is_still_small(tmp_path):
    endless = b'<osm version="0.6"><node id="' + b"1" * (20 << 20) + b'"/></osm>'
    assert "more than a map holds" in refused(
        written(tmp_path, "endless.osm.gz", gzip.compress(endless))
    )


def test_a_file_that_breaks_off_is_refused(tmp_path):
    rows = "".join(f'<node id="{n}" lon="1" lat="1"/>' for n in range(20_000))
    text = GOOD.replace("</osm>", rows + "</osm>").encode()
    refused(written(tmp_path, "half.osm", text[: len(text) // 2]))
    packed = gzip.compress(text)
    refused(written(tmp_path, "half.osm.gz", packed[: len(packed) // 2]))
    refused(written(tmp_path, "tail.osm.gz", packed[:-4]))
    broken = packed[:-8] + b"\x00\x00\x00\x00" + packed[-4:]
    refused(written(tmp_path, "sum.osm.gz", broken))


def test_a_map_without_roads_is_refused(tmp_path):
    assert "no road" in refused(written(tmp_path, "empty.osm", '<osm version="0.6"></osm>'))
    walk = write_osm(draw_places("a--b"), [way("ab", highway="footway")], {})
    assert "no road" in refused(written(tmp_path, "walk.osm", walk))
    outside = write_osm(draw_places("a--b"), [way("ab")], {}, missing="ab")
    assert "no road" in refused(written(tmp_path, "outside.osm", outside))
    lone = write_osm(draw_places("a--b"), [way("a")], {})
    assert "no road" in refused(written(tmp_path, "lone.osm", lone))


@pytest.mark.parametrize(
    ("lon", "lat"),
    [("200", "10"), ("10", "95"), ("1e9", "1"), ("nan", "1"), ("1", "inf"), ("x", "1")],
)
def test_a_road_that_leaves_the_earth_is_refused(tmp_path, lon, lat):
    text = (
        f'<osm version="0.6"><node id="1" lon="1" lat="1"/><node id="2" lon="{lon}" lat="{lat}"/>'
        '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="road"/></way></osm>'
    )
    refused(written(tmp_path, "far.osm", text))


def two_places(lon: float) -> str:
    return (
        f'<osm version="0.6"><node id="1" lon="1" lat="1"/><node id="2" lon="{lon}" lat="1"/>'
        '<way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>'
    )


def test_a_road_across_half_the_earth_is_refused_by_its_way(tmp_path):
    assert "way 7 is longer than 4,000 km" in refused(written(tmp_path, "far.osm", two_places(99)))


def test_the_longest_road_that_is_built_is_one_that_can_be_opened(tmp_path):
    graph = assemble(read_network(written(tmp_path, "long.osm", two_places(36))))
    assert graph.summary.road_km == pytest.approx(3_896, abs=5)
    write_graph(as_built(graph), tmp_path / "graph", replace=False)
    assert open_graph(tmp_path / "graph").summary == graph.summary


@pytest.mark.parametrize("node_id", ["-5", "4611686018427387904"])
def test_negative_and_huge_ids_are_ids(tmp_path, node_id):
    text = (
        f'<osm version="0.6"><node id="{node_id}" lon="1" lat="1"/><node id="2" lon="1.1" lat="1"/>'
        f'<way id="-7"><nd ref="{node_id}"/><nd ref="2"/><tag k="highway" v="road"/></way></osm>'
    )
    network = read_network(written(tmp_path, "ids.osm", text))
    assert list(network.edge_way_id) == [-7]


@pytest.mark.parametrize(
    "node_id", ["", "x", "1.5", "9223372036854775807", "99999999999999999999999", "0x10"]
)
def test_an_id_that_is_no_number_is_refused(tmp_path, node_id):
    text = GOOD.replace('id="97"', f'id="{node_id}"', 1)
    refused(written(tmp_path, "ids.osm", text))


def test_a_road_longer_than_the_earth_allows_is_refused(tmp_path):
    text = (
        '<osm version="0.6"><node id="1" lon="-179" lat="0"/><node id="2" lon="179" lat="0"/>'
        '<way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="road"/></way></osm>'
    )
    assert "way 7" in refused(written(tmp_path, "long.osm", text))


def test_deleted_and_repeated_ways_do_not_count(tmp_path):
    town = GOOD.replace(
        "</osm>",
        '<way id="100"><nd ref="97"/><nd ref="99"/><tag k="highway" v="road"/></way>'
        '<way id="200" visible="false"><nd ref="97"/><nd ref="99"/>'
        '<tag k="highway" v="road"/></way></osm>',
    )
    network = read_network(written(tmp_path, "twice.osm", town))
    assert list(network.edge_way_id) == [100]
    assert sum(network.dropped.values()) == 2


def test_nodes_after_the_ways_are_found_all_the_same(tmp_path):
    nodes, ways = GOOD.split("<way", 1)
    head, nodes = nodes.split("<node", 1)
    text = head + "<way" + ways.replace("</osm>", "<node" + nodes + "</osm>")
    assert len(read_network(written(tmp_path, "order.osm", text)).edge_tail) == 1


def test_text_that_is_not_utf8_is_refused(tmp_path):
    bad = GOOD.encode().replace(b'v="residential"', b'v="\xff\xfe"')
    refused(written(tmp_path, "latin.osm", bad))


def test_a_pbf_whose_blob_unpacks_without_end_is_refused(tmp_path):
    block = zlib.compress(b"\x00" * (256 << 20), 9)
    blob = b"\x10" + _varint(256 << 20) + b"\x1a" + _varint(len(block)) + block
    header = b"\x0a\x09OSMHeader\x18" + _varint(len(blob))
    path = written(tmp_path, "bomb.osm.pbf", struct.pack(">I", len(header)) + header + blob)
    refused(path)


def _varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


@given(st.binary(max_size=400), st.integers(min_value=0, max_value=2_000))
@settings(max_examples=60)
def test_damage_anywhere_gives_a_map_or_a_clear_refusal(tmp_path_factory, noise, position):
    folder = tmp_path_factory.mktemp("noise")
    content = GOOD.encode()
    path = written(folder, "noise.osm", content[:position] + noise + content[position:])
    with contextlib.suppress(InvalidGraph):
        assert len(read_network(path).edge_tail) >= 1


def test_a_name_that_would_turn_the_text_around_it_comes_out_clean(tmp_path):
    town = read_town(tmp_path, "a--b", way("ab", name="A\u202eB\u200b"))
    assert town.network.names == ("", "AB")
