"""Pictures, encoded anew; and the notes of cameras in pictures that lie inside documents."""

import io
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from submissions.files.kinds import JPEG, PNG, RefusedFileError

MAX_PIXELS = 40_000_000
MAX_SIDE = 4000

JPEG_START = b"\xff\xd8\xff"
PNG_START = b"\x89PNG\r\n\x1a\n"
START_OF_SCAN = 0xDA
# EXIF and XMP, IPTC, comments; not the colours' own segments (JFIF, ICC, Adobe).
JPEG_NOTES = frozenset({0xE1, 0xED, 0xFE})
PNG_NOTES = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})


def redrawn(data: bytes) -> tuple[str, bytes]:
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


def without_notes(data: bytes) -> bytes:
    """A JPEG or PNG without the camera's and the program's notes, its pixels untouched; anything else as it is."""
    if data.startswith(JPEG_START):
        return b"".join(_jpeg_without_notes(data))
    if data.startswith(PNG_START):
        return b"".join(_png_without_notes(data))
    return data


def _jpeg_without_notes(data: bytes) -> Iterator[bytes]:
    """The segments up to the first scan, then the rest as it is."""
    yield data[:2]
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if marker == START_OF_SCAN or length < 2:
            break
        end = place + 2 + length
        if marker not in JPEG_NOTES:
            yield data[place:end]
        place = end
    yield data[place:]


def _png_without_notes(data: bytes) -> Iterator[bytes]:
    yield data[:8]
    place = 8
    while place + 12 <= len(data):
        length, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        end = place + 12 + length
        if kind not in PNG_NOTES:
            yield data[place:end]
        if kind == b"IEND":
            # Nothing belongs behind it.
            return
        place = end
