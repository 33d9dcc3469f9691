"""What a source file is, judged by its bytes: a file's name proves nothing.

XML is looked at before any reader of maps sees it: a document type (DTD) can declare entities that
grow without end, so that no file with one is read, and neither is one with a token that would not
fit in memory.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import IO, NoReturn, cast
from xml.parsers import expat

from dispatch_router.domain.errors import InvalidGraph
from dispatch_router.routing.build.names import clean_name, first_line

CHUNK_BYTES = 1 << 20
MAX_TOKEN_CHUNKS = 8
"""A tag or text of XML that is longer than so many chunks is refused."""
MAX_XML_BYTES = 16 << 30
"""Of unpacked XML; for more there is .osm.pbf."""


class SourceFormat(Enum):
    """What a file to build from can be; the value is what osmium calls it."""

    OSM_PBF = "pbf"
    OSM_XML = "xml"
    OSM_XML_GZ = "xml.gz"
    OSM_XML_BZ2 = "xml.bz2"
    GRAPHML = "graphml"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that may be read.

    Attributes:
        root: attributes of the root element, XML only.
    """

    path: Path
    format: SourceFormat
    root: Mapping[str, str] = field(default_factory=dict)


def refuse(name: str, problem: str, problem_zh: str) -> NoReturn:
    """Raise ``InvalidGraph`` that names the source."""
    name = clean_name(name)
    raise InvalidGraph(f"{name}: {problem}", f"{name}：{problem_zh}")


def inspect_source(path: Path) -> SourceFile:
    """Return what kind of file ``path`` is.

    Raises:
        InvalidGraph: the file is missing, unreadable, damaged or nothing that a road graph can be
            built from.
    """
    if not path.is_file():
        if path.exists():
            refuse(path.name, "is not a file; name one file.", "不是文件，请指定一个文件。")
        refuse(path.name, "there is no such file.", "文件不存在。")
    try:
        with path.open("rb") as stream:
            head = stream.read(64)
    except OSError as error:
        refuse(path.name, f"cannot be read: {error.strerror}.", f"无法读取：{error.strerror}。")
    if not head:
        refuse(path.name, "is empty.", "文件为空。")
    # The first blob of every PBF file says so, after its length in four bytes.
    if head[6:15] == b"OSMHeader":
        return SourceFile(path, SourceFormat.OSM_PBF)
    if head.startswith(b"\x1f\x8b"):
        return _inspect_xml(path, SourceFormat.OSM_XML_GZ)
    if head.startswith(b"BZh"):
        return _inspect_xml(path, SourceFormat.OSM_XML_BZ2)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _inspect_xml(path, SourceFormat.OSM_XML)
    refuse(
        path.name,
        "is neither OpenStreetMap data (.osm.pbf, .osm, .osm.gz, .osm.bz2) nor GraphML.",
        "既不是 OpenStreetMap 数据（.osm.pbf、.osm、.osm.gz、.osm.bz2），也不是 GraphML。",
    )


def _inspect_xml(path: Path, packing: SourceFormat) -> SourceFile:
    prolog = _Prolog(path)
    try:
        with closing(_unpacked(path, packing)) as stream:
            for chunk in _bounded_chunks(path, stream):
                prolog.feed(chunk)
    except (EOFError, zlib.error, OSError, ValueError) as error:
        said = first_line(error)
        refuse(path.name, f"is damaged or cut short ({said}).", f"文件损坏或不完整（{said}）。")
    root_name, root = prolog.root()
    if root_name == "osm":
        return SourceFile(path, packing, root)
    if root_name == "graphml" and packing is SourceFormat.OSM_XML:
        return SourceFile(path, SourceFormat.GRAPHML, root)
    if root_name == "graphml":
        refuse(path.name, "is packed GraphML; unpack it first.", "是压缩的 GraphML，请先解压。")
    refuse(
        path.name,
        f"its root element is <{clean_name(root_name)}>, not <osm> or <graphml>.",
        f"根元素是 <{clean_name(root_name)}>，而不是 <osm> 或 <graphml>。",
    )


def _unpacked(path: Path, packing: SourceFormat) -> IO[bytes]:
    if packing is SourceFormat.OSM_XML_GZ:
        return cast("IO[bytes]", gzip.open(path, "rb"))
    if packing is SourceFormat.OSM_XML_BZ2:
        return cast("IO[bytes]", bz2.open(path, "rb"))
    return path.open("rb")


def _bounded_chunks(path: Path, stream: IO[bytes]) -> Iterator[bytes]:
    """Read the whole stream, and so find out whether it is damaged, too long or one huge token."""
    total = 0
    without_markup = 0
    while chunk := stream.read(CHUNK_BYTES):
        total += len(chunk)
        without_markup = 0 if b"<" in chunk else without_markup + 1
        if without_markup >= MAX_TOKEN_CHUNKS or total > MAX_XML_BYTES:
            refuse(
                path.name,
                "unpacks to more than a map holds; convert it to .osm.pbf.",
                "解压后的内容超出地图的合理大小，请转换为 .osm.pbf。",
            )
        yield chunk


class _Prolog:
    """Reads XML up to the root element, and refuses a document type."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._root: tuple[str, dict[str, str]] | None = None
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._parser.StartElementHandler = self._start

    def feed(self, chunk: bytes) -> None:
        """Read on, unless the root element was seen."""
        if self._root is not None:
            return
        try:
            self._parser.Parse(chunk)
        except (expat.ExpatError, LookupError, ValueError) as error:
            # The root element is enough here: what comes after it is for the reader to judge.
            if self._root is None:
                refuse(self._path.name, f"is not XML ({error}).", f"不是 XML（{error}）。")

    def root(self) -> tuple[str, dict[str, str]]:
        """Return name, without namespace, and attributes of the root element."""
        if self._root is None:
            refuse(self._path.name, "is XML without a root element.", "是没有根元素的 XML。")
        return self._root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._root is None:
            self._root = (name.rpartition(" ")[2], attributes)

    def _refuse_document_type(self, *_: object) -> None:
        refuse(
            self._path.name,
            "declares a document type (DTD); map data has none, and one can hide an XML bomb.",
            "含有文档类型声明（DTD）；地图数据不需要它，而且可能是 XML 炸弹。",
        )
