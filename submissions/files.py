"""Files of a submission: what is let in, by what they contain rather than by what they are called."""

import io
import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import User
from practices.models import Practice, PracticeAttachment
from submissions.choices import WITH_SUBMITTER
from submissions.models import Submission, SubmissionAttachment

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 5
MAX_PIXELS = 40_000_000
MAX_SIDE = 4000
# A zip archive with more than this behind its directory is not a letter.
MAX_UNPACKED = 200 * 1024 * 1024
MAX_MEMBERS = 5000

MAX_DECLARATION = 200
# What reading an archive raises where its bytes are damaged or made to mislead.
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)

PDF = "application/pdf"
ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JPEG = "image/jpeg"
PNG = "image/png"
EXTENSIONS = {PDF: ".pdf", ODT: ".odt", DOCX: ".docx", JPEG: ".jpg", PNG: ".png"}


class RefusedFileError(Exception):
    """The file is not let in; `reason` tells the person why."""

    def __init__(self, reason: str | Promise):
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class CheckedFile:
    """A file as it is stored: pictures without what the camera wrote into them."""

    name: str
    content_type: str
    data: bytes


def check(upload: Any) -> CheckedFile:
    """Recognise an uploaded file by its content, or refuse it."""
    if upload.size > MAX_BYTES:
        raise RefusedFileError(_("This file is larger than 10 MB. Make it smaller, or give a link to it as a source."))
    data = upload.read()
    if data.startswith(b"%PDF-"):
        content_type = PDF
    elif data.startswith(b"PK\x03\x04"):
        content_type = _kind_of_archive(io.BytesIO(data))
    elif data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        content_type, data = _redrawn(data)
    else:
        raise RefusedFileError(_("This is not a PDF, ODT, DOCX, JPEG or PNG file, whatever its name says."))
    return CheckedFile(name=_display_name(upload.name, content_type), content_type=content_type, data=data)


def _kind_of_archive(stream: IO[bytes]) -> str:
    """ODT and DOCX are zip archives with a known table of contents."""
    unknown = RefusedFileError(_("This is not a text document that we can read. Save it as PDF, ODT or DOCX."))
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
                raise unknown
            names = {member.filename for member in members}
            if any(name.endswith("vbaProject.bin") for name in names):
                raise RefusedFileError(_("This document contains macros. Save it without them, or as PDF."))
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


def _redrawn(data: bytes) -> tuple[str, bytes]:
    """The picture decoded and encoded anew: place, time, device and anything hidden behind it are gone."""
    unreadable = RefusedFileError(_("This picture cannot be read. Save it again as JPEG or PNG."))
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise RefusedFileError(_("This picture has more than 40 million pixels. Make it smaller."))
            content_type = JPEG if picture.format == "JPEG" else PNG
            upright = ImageOps.exif_transpose(picture)
            upright = upright.convert("RGB" if content_type == JPEG else "RGBA")
            upright.thumbnail((MAX_SIDE, MAX_SIDE))
            # A fresh picture carries none of the old one's notes.
            bare = Image.new(upright.mode, upright.size)
            bare.paste(upright)
            stream = io.BytesIO()
            bare.save(stream, format="JPEG" if content_type == JPEG else "PNG", optimize=True)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as broken:
        raise unreadable from broken
    return content_type, stream.getvalue()


def _display_name(uploaded: str, content_type: str) -> str:
    """The name people see, never a path: the sender's, with the ending that the content has."""
    stem = PurePath(uploaded.replace("\\", "/").replace("\x00", "")).stem
    readable = "".join(character for character in stem if character.isprintable()).strip(" .") or "file"
    return readable[:100] + EXTENSIONS[content_type]


@transaction.atomic
def attach(
    submission: Submission, *, by: User, checked: CheckedFile, credit: str = "", alternative_text: str = ""
) -> SubmissionAttachment:
    """Keep a checked file with a draft. Refuses one too many."""
    # Taking the submission's lock first, so that two uploads at once do not both find room.
    Submission.objects.select_for_update().get(pk=submission.pk)
    _refuse_if_closed(submission, by)
    if submission.attachments.count() >= MAX_FILES:
        raise RefusedFileError(_("There are five files already. Remove one first."))
    attachment = SubmissionAttachment(
        submission=submission,
        name=checked.name,
        content_type=checked.content_type,
        size=len(checked.data),
        credit=credit,
        alternative_text=alternative_text,
    )
    attachment.file.save(checked.name, ContentFile(checked.data), save=False)
    attachment.save()
    return attachment


def _refuse_if_closed(submission: Submission, by: User) -> None:
    if not Submission.objects.editable_by(by).filter(pk=submission.pk, status__in=WITH_SUBMITTER).exists():
        raise RefusedFileError(_("This was sent to the moderators in the meantime; its files cannot be changed now."))


def detach(attachment: SubmissionAttachment, *, by: User) -> None:
    """Remove a file of a draft, from the disk once the database has let go of it."""
    _refuse_if_closed(attachment.submission, by)
    stored = attachment.file
    with transaction.atomic():
        attachment.delete()
        transaction.on_commit(lambda: stored.delete(save=False))


def copy_to_practice(submission: Submission, practice: Practice) -> None:
    """Give the published practice the submission's files, under new names of their own; twice is once."""
    present = set(practice.attachments.values_list("name", "size"))
    for attachment in submission.attachments.all():
        if (attachment.name, attachment.size) in present:
            continue
        copy = PracticeAttachment(
            practice=practice,
            name=attachment.name,
            content_type=attachment.content_type,
            size=attachment.size,
            alternative_text=attachment.alternative_text,
            language=submission.language,
            credit=attachment.credit,
            licence=attachment.licence,
        )
        with attachment.file.open("rb") as stream:
            copy.file.save(attachment.name, ContentFile(stream.read()), save=False)
        copy.save()
