"""Files of a submission: what is let in, by what they contain rather than by what they are called."""

from submissions.files.archives import BROKEN_ARCHIVE
from submissions.files.checking import check
from submissions.files.keeping import Description, attach, copy_to_practice, describe, detach, problems_of_files
from submissions.files.kinds import (
    DOCX,
    EXTENSIONS,
    JPEG,
    MAX_BYTES,
    MAX_FILES,
    ODT,
    PDF,
    PICTURES,
    PNG,
    CheckedFile,
    RefusedFileError,
)

__all__ = [
    "BROKEN_ARCHIVE",
    "DOCX",
    "EXTENSIONS",
    "JPEG",
    "MAX_BYTES",
    "MAX_FILES",
    "ODT",
    "PDF",
    "PICTURES",
    "PNG",
    "CheckedFile",
    "Description",
    "RefusedFileError",
    "attach",
    "check",
    "copy_to_practice",
    "describe",
    "detach",
    "problems_of_files",
]
