"""Writing XLIFF 1.2: a `file` per practice and language, a `trans-unit` per text."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from lxml import etree

from submissions.xliff.units import NAMESPACE, VERSION, Sent, writable

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
PRODUCT = "C-MISE registry"


def write(units: Iterable[Sent]) -> bytes:
    """One document. Units of the same practice and language stand together already."""
    # The stubs know no default namespace.
    namespaces: Any = {None: NAMESPACE}
    root = etree.Element(_name("xliff"), {"version": VERSION}, nsmap=namespaces)
    for (reference, version, source, target), group in groupby(units, key=_file_of):
        attributes = {
            "original": reference,
            "product-name": PRODUCT,
            "product-version": str(version),
            "source-language": source,
            "target-language": target,
            "datatype": "plaintext",
        }
        body = etree.SubElement(etree.SubElement(root, _name("file"), attributes), _name("body"))
        for unit in group:
            _write_unit(body, unit)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _file_of(unit: Sent) -> tuple[str, int, str, str]:
    return unit.reference, unit.version, unit.source_language, unit.target_language


def _write_unit(body: Any, unit: Sent) -> None:
    # `preserve`: paragraphs are part of the text.
    attributes = {"id": unit.key, "resname": unit.field, XML_SPACE: "preserve"}
    if unit.max_length:
        attributes |= {"maxwidth": str(unit.max_length), "size-unit": "char"}
    element = etree.SubElement(body, _name("trans-unit"), attributes)
    _write_text(element, "source", unit.source, {XML_LANG: unit.source_language})
    state = {"state": unit.state.value} | ({"state-qualifier": "mt-suggestion"} if unit.by_machine else {})
    _write_text(element, "target", unit.target, {XML_LANG: unit.target_language, **state})
    _write_text(element, "note", f"{unit.label}. {unit.note}".strip(), {"from": PRODUCT})
    if unit.earlier:
        before = etree.SubElement(element, _name("alt-trans"), {"alttranstype": "previous-version", "origin": PRODUCT})
        _write_text(before, "source", unit.earlier, {XML_LANG: unit.source_language})
        _write_text(before, "target", unit.target, {XML_LANG: unit.target_language})


def _write_text(parent: Any, name: str, text: str, attributes: dict[str, str]) -> None:
    etree.SubElement(parent, _name(name), attributes).text = writable(text)


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
