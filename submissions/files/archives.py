"""Zip archives from strangers: their tables read and bounded before anything is unpacked, then written anew."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Mapping

# A zip archive with more than this behind its directory is not a letter.
MAX_UNPACKED = 100 * 1024 * 1024
MAX_MEMBERS = 5000
# Every letter's date: the true ones say when somebody worked.
NO_DATE = (1980, 1, 1, 0, 0, 0)
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


class HostileArchiveError(Exception):
    """It unpacks to more than a text document can be, or names its parts misleadingly."""


def unpack(data: bytes) -> dict[str, bytes]:
    """The members of an archive by name, in order. Raises `HostileArchiveError` and what `BROKEN_ARCHIVE` names.

    An archive's table may lie about sizes: no member is read further than its table says, and the sum is bounded.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
            raise HostileArchiveError("It unpacks to too much.")
        names = [member.filename for member in members]
        if len(set(names)) != len(names) or any(_misleads(name) for name in names):
            # Two readers would see two documents.
            raise HostileArchiveError("Its parts are named misleadingly.")
        return {member.filename: archive.read(member) for member in members}


def _misleads(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def pack(parts: Mapping[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """A fresh archive with these members: nothing before, between or behind them, and no dates. `stored` are not
    compressed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, NO_DATE)
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return stream.getvalue()
