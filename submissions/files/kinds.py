"""What may be uploaded, how much of it, and how a refusal is said."""

from dataclasses import dataclass

from django.utils.functional import Promise

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 5

PDF = "application/pdf"
ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JPEG = "image/jpeg"
PNG = "image/png"
EXTENSIONS = {PDF: ".pdf", ODT: ".odt", DOCX: ".docx", JPEG: ".jpg", PNG: ".png"}
PICTURES = (JPEG, PNG)


class RefusedFileError(Exception):
    """The file is not let in; `reason` tells the person why."""

    def __init__(self, reason: str | Promise):
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class CheckedFile:
    """A file as it is stored: without what cameras and programs wrote into it about their owners. `removed` says in
    sentences what else was taken out of it."""

    name: str
    content_type: str
    data: bytes
    removed: tuple[str | Promise, ...] = ()
