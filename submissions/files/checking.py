"""Recognising an uploaded file by its content, and cleaning it."""

import io
import zipfile
from pathlib import PurePath
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from submissions.files import office, pdf, pictures
from submissions.files.archives import BROKEN_ARCHIVE, MAX_MEMBERS, MAX_UNPACKED
from submissions.files.kinds import DOCX, EXTENSIONS, MAX_BYTES, ODT, PDF, CheckedFile, RefusedFileError

MAX_DECLARATION = 200
LONGEST_NAME = 100
# Word before 2007, and any Word document with a password.
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TOO_LARGE = _("This file is larger than 10 MB. Make it smaller, or give a link to it as a source.")


def check(upload: Any) -> CheckedFile:
    """Recognise an uploaded file by its content and take out what it says about its makers, or refuse it."""
    if upload.size > MAX_BYTES:
        raise RefusedFileError(TOO_LARGE)
    data: bytes = upload.read()
    removed: tuple[Any, ...] = ()
    if data.startswith(b"%PDF-"):
        content_type = PDF
        data, removed = pdf.without_authors(data)
    elif data.startswith(b"PK\x03\x04"):
        content_type = _kind_of_archive(io.BytesIO(data))
        data = office.without_authors(data, content_type)
    elif data.startswith((pictures.JPEG_START, pictures.PNG_START)):
        content_type, data = pictures.redrawn(data)
    elif data.startswith(OLD_OFFICE):
        raise RefusedFileError(
            _("This is an old Word document or one with a password. Save it as DOCX without a password, or as PDF.")
        )
    else:
        raise RefusedFileError(_("This is not a PDF, ODT, DOCX, JPEG or PNG file, whatever its name says."))
    if len(data) > MAX_BYTES:
        raise RefusedFileError(TOO_LARGE)
    return CheckedFile(
        name=_display_name(upload.name, content_type), content_type=content_type, data=data, removed=removed
    )


def _kind_of_archive(stream: IO[bytes]) -> str:
    """ODT and DOCX are zip archives with a known table of contents."""
    unknown = RefusedFileError(office.UNREADABLE)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
                raise unknown
            names = {member.filename for member in members}
            if {"[Content_Types].xml", "word/document.xml"} <= names:
                return DOCX
            if {"mimetype", "content.xml"} <= names:
                with archive.open("mimetype") as declared:
                    # No more than it takes to tell: the member may unpack to anything.
                    if declared.read(MAX_DECLARATION).strip() == ODT.encode():
                        return ODT
    except BROKEN_ARCHIVE as broken:
        raise unknown from broken
    raise unknown


def _display_name(uploaded: str, content_type: str) -> str:
    """The name people see, never a path: the sender's, with the ending that the content has."""
    stem = PurePath(uploaded.replace("\\", "/").replace("\x00", "")).stem
    readable = "".join(character for character in stem if character.isprintable()).strip(" .") or "file"
    return readable[:LONGEST_NAME] + EXTENSIONS[content_type]
