"""Reading XLIFF that somebody uploads: as if it were hostile, and as forgiving towards tools as that allows."""

from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from lxml import etree

from submissions.files.xml import HostileXmlError, read_xml
from submissions.xliff.units import BY_MACHINE, CONFIRMED, NAMESPACE, UNIT_ID, UNTOUCHED, VERSION, Returned, mark_of

MAX_BYTES = 5_000_000
# A unit of ours has six elements, three deep in the document; tools cut texts into marked sentences.
MAX_ELEMENTS = 60_000
MAX_DEPTH = 20
MAX_UNITS = 5_000

NO_XML = _("This file cannot be read. It is damaged, or it is no XLIFF.")
HOSTILE = _("This file declares a document type, which no XLIFF of ours does. It was not read.")
TOO_LARGE = _("This file is too large: at most 5 MB and 5,000 texts are read at once. Divide it.")
OTHER_VERSION = _("This is not XLIFF 1.2. Save it in your tool as XLIFF 1.2, the version that you were given.")
NOT_OURS = _("None of our texts is in this file. Upload what your tool made of a file from here.")


class UnreadableXliffError(Exception):
    """Nothing of the file was taken; `reason` says why."""

    def __init__(self, reason: str | Promise):
        super().__init__(str(reason))
        self.reason = reason


def read(data: bytes) -> list[Returned]:
    """The texts in the file that bear a key of ours. Raises `UnreadableXliffError`."""
    if len(data) > MAX_BYTES:
        raise UnreadableXliffError(TOO_LARGE)
    _measure(data)
    try:
        root = read_xml(data)
    except HostileXmlError as broken:
        raise UnreadableXliffError(NO_XML) from broken
    if etree.QName(root).localname != "xliff":
        raise UnreadableXliffError(NO_XML)
    if etree.QName(root).namespace != NAMESPACE or root.get("version") != VERSION:
        raise UnreadableXliffError(OTHER_VERSION)
    found = [unit for file in root.iterchildren(_name("file")) for unit in _units(file)]
    if not found:
        raise UnreadableXliffError(NOT_OURS)
    return found


def _measure(data: bytes) -> None:
    """Refuse what would take too much memory as a tree, or declares types and entities, before a tree is made."""
    scanner = expat.ParserCreate()
    elements = units = depth = 0

    def opened(name: str, _attributes: dict[str, str]) -> None:
        nonlocal elements, units, depth
        elements, depth, units = elements + 1, depth + 1, units + name.endswith("trans-unit")
        if elements > MAX_ELEMENTS or depth > MAX_DEPTH or units > MAX_UNITS:
            raise UnreadableXliffError(TOO_LARGE)

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_declaration: object) -> None:
        raise UnreadableXliffError(HOSTILE)

    scanner.StartElementHandler, scanner.EndElementHandler = opened, closed
    scanner.StartDoctypeDeclHandler = scanner.EntityDeclHandler = declared
    try:
        scanner.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as broken:
        raise UnreadableXliffError(NO_XML) from broken


def _units(file: Any) -> Iterator[Returned]:
    languages = (_language(file.get("source-language")), _language(file.get("target-language")))
    for element in file.iter(_name("trans-unit")):
        key = UNIT_ID.fullmatch(element.get("id") or "")
        if key is None:
            continue
        source, target = element.find(_name("source")), element.find(_name("target"))
        text, whole = _text(target)
        state = target.get("state", "") if target is not None else ""
        yield Returned(
            reference=key["reference"],
            version=int(key["version"]),
            field=key["field"],
            source_language=languages[0],
            # Some tools name the language at the text alone.
            target_language=languages[1] or _language(target.get(XML_LANG) if target is not None else ""),
            source_mark=mark_of(_text(source)[0]),
            target="" if state in UNTOUCHED else text,
            confirmed=state in CONFIRMED or element.get("approved") == "yes",
            by_machine=target is not None and target.get("state-qualifier") in BY_MACHINE,
            broken=not whole,
        )


XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _text(element: Any) -> tuple[str, bool]:
    """The words of a source or target, and whether nothing but words is in it. `mrk` only marks where a tool cut
    sentences; all other elements stand for codes, which our texts have not."""
    if element is None:
        return "", True
    inner = list(element.iterdescendants())
    return "".join(element.itertext()), all(part.tag == _name("mrk") for part in inner)


def _language(code: str | None) -> str:
    """`de` of `de-AT`, in small letters."""
    return (code or "").replace("_", "-").split("-")[0].lower()[:8]


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
