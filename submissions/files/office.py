"""Text documents, DOCX and ODT, without what word processors note about the people who wrote them.

Every part is written anew. What is left out: properties (author, company, times of editing), the names and dates at
comments and tracked changes, revision marks, custom data of document servers, printers, templates, thumbnails, and the
notes of cameras in pictures. The text, comments and changes themselves stay.
"""

import re
from collections.abc import Callable
from functools import partial
from posixpath import basename, dirname, join, normpath

from django.utils.translation import gettext_lazy as _
from lxml import etree

from submissions.files.archives import BROKEN_ARCHIVE, HostileArchiveError, pack, unpack
from submissions.files.kinds import DOCX, ODT, RefusedFileError
from submissions.files.pictures import without_notes
from submissions.files.xml import HostileXmlError, read_xml, write_xml

# XML larger than this takes long to read and is no letter.
MAX_XML = 30 * 1024 * 1024

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CONTENT_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
ODF_CONFIG = "{urn:oasis:names:tc:opendocument:xmlns:config:1.0}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"

DOCX_LEFT_OUT = re.compile(r"docProps/|customXml/|word/people\.xml$|word/printerSettings|_xmlsignatures/")
DOCX_EMBEDDED = re.compile(r"(?:^|/)embeddings/|(?:^|/)activeX/")
ODT_LEFT_OUT = re.compile(
    r"(?:^|/)meta\.xml$|^Thumbnails/|^Configurations2/|^META-INF/(?:document|macro)signatures|^layout-cache$"
)
MACROS = re.compile(r"vbaProject|vbaData|^Basic/|^Scripts/|^Dialogs/", re.IGNORECASE)
PICTURE = re.compile(r"\.(?:jpe?g|png)$", re.IGNORECASE)
# Attributes that name who wrote or when, by their local names; `id`s that only mark sessions of editing.
WORD_NOTES = frozenset({"author", "initials", "date", "dateUtc", "userId", "providerId"})
RSID = re.compile(r"^(?:rsid\w*|paragraph-rsid|paraId|textId)$")
# Elements of word/settings.xml that say who worked where.
WORD_SETTINGS = frozenset({f"{WORD}rsids", f"{WORD}attachedTemplate", f"{WORD}mailMerge", f"{WORD}docVars"})
SCRIPTED_FIELD = re.compile(r"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE)\b", re.IGNORECASE)
# A tracked change and a comment must name an author; this is nobody.
NOBODY = "Author"
ODF_NOTES = frozenset({"creator", "date", "creator-initials", "sender-initials", "date-string", "sender-lastname",
                       "sender-firstname", "initial-creator", "printed-by"})  # fmt: skip
# Where these stand they are notes about a person; elsewhere `date` may be the letter's own.
ODF_NOTED = frozenset({f"{OFFICE}annotation", f"{OFFICE}change-info"})
ODF_SETTINGS = re.compile(r"^(?:Printer|Rsid|CurrentDatabase|EmbeddedDatabase|SaveThumbnail|Redline|ModifyPassword)")

UNREADABLE = _("This is not a text document that we can read. Save it as PDF, ODT or DOCX.")


def without_authors(data: bytes, content_type: str) -> bytes:
    """A DOCX or ODT rewritten without notes about its authors; hostile, encrypted and broken ones are refused."""
    try:
        parts = unpack(data)
        _refuse_dangerous(parts)
        cleaned = _clean_docx(parts) if content_type == DOCX else _clean_odt(parts)
        return pack(cleaned, stored=("mimetype",))
    except (HostileXmlError, HostileArchiveError, *BROKEN_ARCHIVE) as broken:
        raise RefusedFileError(UNREADABLE) from broken


def _refuse_dangerous(parts: dict[str, bytes]) -> None:
    for name, content in parts.items():
        if MACROS.search(name):
            raise RefusedFileError(_("This document contains macros. Save it without them, or as PDF."))
        if DOCX_EMBEDDED.search(name):
            raise RefusedFileError(
                _("This document carries other files inside, for example the table behind a chart. Save it as PDF.")
            )
        if name.endswith((".xml", ".rels", ".rdf")) and len(content) > MAX_XML:
            raise RefusedFileError(UNREADABLE)


# --- DOCX -------------------------------------------------------------------------------------------------------------


def _clean_docx(parts: dict[str, bytes]) -> dict[str, bytes]:
    kept = {name: content for name, content in parts.items() if not DOCX_LEFT_OUT.search(name)}
    cleaned = {}
    for name, content in kept.items():
        if name == "[Content_Types].xml":
            cleaned[name] = _rewritten(content, lambda root: _drop_types(root, set(kept)))
        elif name.endswith(".rels"):
            cleaned[name] = _rewritten(content, partial(_drop_relations, name=name, kept=set(kept)))
        elif name.endswith(".xml"):
            cleaned[name] = _rewritten(content, _drop_word_notes)
        else:
            cleaned[name] = without_notes(content) if PICTURE.search(name) else content
    return cleaned


def _rewritten(content: bytes, change: Callable[[etree._Element], None]) -> bytes:
    root = read_xml(content)
    for note in list(root.iter(etree.Comment, etree.ProcessingInstruction)):
        _remove(note)
    change(root)
    return write_xml(root)


def _drop_types(root: etree._Element, kept: set[str]) -> None:
    for override in root.findall(f"{CONTENT_TYPES}Override"):
        if "macroEnabled" in override.get("ContentType", ""):
            raise RefusedFileError(_("This document contains macros. Save it without them, or as PDF."))
        if override.get("PartName", "").lstrip("/") not in kept:
            root.remove(override)


def _drop_relations(root: etree._Element, name: str, kept: set[str]) -> None:
    """Relations to what was left out, and all to files elsewhere: opening the document would ask for them, and their
    paths name people. Links that a reader clicks stay."""
    base = dirname(dirname(name))
    for relation in root.findall(f"{RELATIONSHIPS}Relationship"):
        target, kind = relation.get("Target", ""), basename(relation.get("Type", ""))
        if relation.get("TargetMode") == "External":
            if kind == "hyperlink" and target.startswith(("http://", "https://", "mailto:")):
                continue
            if kind == "hyperlink":
                # The text refers to it; it leads nowhere now.
                relation.set("Target", "about:blank")
                continue
            if kind != "attachedTemplate":
                raise RefusedFileError(
                    _("This document loads parts from elsewhere when it is opened. Save it as PDF, or without them.")
                )
            root.remove(relation)
            continue
        path = target.lstrip("/") if target.startswith("/") else normpath(join(base, target))
        if path not in kept and not target.startswith("#"):
            root.remove(relation)


def _drop_word_notes(root: etree._Element) -> None:
    for element in list(root.iter(etree.Element)):
        if element.tag in WORD_SETTINGS:
            _remove(element)
            continue
        if element.tag == f"{WORD}dataBinding":
            # Bound to custom data, which is left out.
            _remove(element)
            continue
        if element.tag == f"{WORD}instrText" and SCRIPTED_FIELD.search(element.text or ""):
            element.text = ""
        if element.tag == f"{WORD}fldSimple" and SCRIPTED_FIELD.search(element.get(f"{WORD}instr", "")):
            element.set(f"{WORD}instr", "")
        for attribute in list(element.attrib):
            local = etree.QName(attribute).localname
            if local == "author":
                element.set(attribute, NOBODY)
            elif RSID.match(local) or (local in WORD_NOTES and etree.QName(attribute).namespace):
                del element.attrib[attribute]


# --- ODT --------------------------------------------------------------------------------------------------------------


def _clean_odt(parts: dict[str, bytes]) -> dict[str, bytes]:
    kept = {name: content for name, content in parts.items() if not ODT_LEFT_OUT.search(name)}
    cleaned = {"mimetype": ODT.encode()}
    for name, content in kept.items():
        if name == "mimetype":
            continue
        if name == "META-INF/manifest.xml":
            cleaned[name] = _rewritten(content, lambda root: _drop_entries(root, set(kept)))
        elif name.endswith("settings.xml"):
            cleaned[name] = _rewritten(content, _drop_settings)
        elif name.endswith((".xml", ".rdf")):
            cleaned[name] = _rewritten(content, _drop_odf_notes)
        else:
            cleaned[name] = without_notes(content) if PICTURE.search(name) else content
    return cleaned


def _drop_entries(root: etree._Element, kept: set[str]) -> None:
    if next(root.iter(f"{MANIFEST}encryption-data"), None) is not None:
        raise RefusedFileError(_("This document is protected with a password. Save it without one."))
    for entry in root.findall(f"{MANIFEST}file-entry"):
        path = entry.get(f"{MANIFEST}full-path", "")
        if not path.endswith("/") and path not in kept:
            root.remove(entry)


def _drop_settings(root: etree._Element) -> None:
    for item in list(root.iter(f"{ODF_CONFIG}config-item")):
        if ODF_SETTINGS.match(item.get(f"{ODF_CONFIG}name", "")):
            _remove(item)


def _drop_odf_notes(root: etree._Element) -> None:
    for element in list(root.iter(etree.Element)):
        name = etree.QName(element)
        if element.tag == f"{OFFICE}event-listeners" or element.tag == f"{OFFICE}scripts":
            _remove(element)
            continue
        if element.tag == f"{DUBLIN_CORE}creator":
            element.text = NOBODY
            continue
        parent = element.getparent()
        if parent is not None and parent.tag in ODF_NOTED and name.localname in ODF_NOTES:
            _remove(element)
            continue
        for attribute in list(element.attrib):
            if RSID.match(etree.QName(attribute).localname):
                del element.attrib[attribute]


def _remove(node: etree._Element) -> None:
    """Take a node out and leave the text behind it where it was."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        before = node.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + node.tail
        else:
            parent.text = (parent.text or "") + node.tail
    parent.remove(node)
