"""The text of a DOCX or ODT file: its tables cell by cell, and the paragraphs outside of them.

Deleted passages of tracked changes, comments and notes are left out. No entity is expanded and nothing is fetched.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from submissions.files import BROKEN_ARCHIVE, DOCX, ODT

# A text of 10,000 pages has less.
MAX_XML = 20 * 1024 * 1024
BODIES = {DOCX: "word/document.xml", ODT: "content.xml"}

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"

TABLES = {f"{W}tbl", f"{TABLE}table"}
ROWS = {f"{W}tr", f"{TABLE}table-row"}
CELLS = {f"{W}tc", f"{TABLE}table-cell"}
PARAGRAPHS = {f"{W}p", f"{TEXT}p", f"{TEXT}h"}
BREAKS = {f"{W}br", f"{W}cr", f"{TEXT}line-break"}
TABS = {f"{W}tab", f"{TEXT}tab"}
LEFT_OUT = {
    f"{W}del",
    f"{W}moveFrom",
    f"{W}instrText",
    f"{W}pPr",
    FALLBACK,
    f"{TEXT}tracked-changes",
    f"{OFFICE}annotation",
    f"{TEXT}note",
}


class UnreadableError(Exception):
    """The file holds no text that can be read."""


@dataclass
class Contents:
    """Tables as rows of cells, and paragraphs that stand in none. A cell's paragraphs are its lines."""

    tables: list[list[list[str]]] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)


def contents_of(data: bytes, content_type: str) -> Contents:
    """Read a file that `submissions.files.check` let in."""
    if content_type not in BODIES:
        raise UnreadableError
    found = Contents()
    _collect(_parse(_body(data, BODIES[content_type])), found)
    return found


def _body(data: bytes, member: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(member) as stream:
            xml = stream.read(MAX_XML + 1)
    except (KeyError, *BROKEN_ARCHIVE) as broken:
        raise UnreadableError from broken
    if len(xml) > MAX_XML:
        raise UnreadableError
    return xml


def _parse(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as broken:
        raise UnreadableError from broken
    if root.getroottree().docinfo.internalDTD is not None:
        # No word processor writes one; who does wants entities.
        raise UnreadableError
    return root


def _collect(element: etree._Element, found: Contents) -> None:
    for child in element:
        if child.tag in TABLES:
            found.tables.append([_cells(row) for row in child.iter(*ROWS)])
        elif child.tag in PARAGRAPHS:
            found.paragraphs.append(_line(child))
        elif child.tag not in LEFT_OUT:
            _collect(child, found)


def _cells(row: etree._Element) -> list[str]:
    return ["\n".join(_lines(cell)).strip() for cell in row.iter(*CELLS)]


def _lines(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag in PARAGRAPHS:
            yield _line(child)
        elif child.tag not in LEFT_OUT:
            yield from _lines(child)


def _line(paragraph: etree._Element) -> str:
    return "".join(_pieces(paragraph)).strip(" \t\u00a0")


def _pieces(element: etree._Element) -> Iterator[str]:
    if element.tag in LEFT_OUT:
        return
    is_text = element.tag == f"{W}t" or str(element.tag).startswith(TEXT)
    if element.tag in BREAKS:
        yield "\n"
    elif element.tag in TABS:
        yield "\t"
    elif element.tag == f"{TEXT}s":
        count = element.get(f"{TEXT}c", "1")
        yield " " * (min(int(count), 100) if count.isascii() and count.isdigit() else 1)
    elif is_text:
        yield element.text or ""
    for child in element:
        yield from _pieces(child)
        if is_text:
            yield child.tail or ""
