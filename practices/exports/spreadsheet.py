"""Files that spreadsheets open: lines of comma-separated cells."""

import csv
from collections.abc import Iterable, Iterator

from django.utils import translation

# Excel reads a file as UTF-8 only when it begins so; everything else skips it.
BYTE_ORDER_MARK = "\ufeff"
# Spreadsheets run a cell that begins with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """What `csv.writer` writes to: gives the line back."""

    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The file, a line for each row, as the rows come."""
    writer, before = csv.writer(_Line()), BYTE_ORDER_MARK
    for row in rows:
        yield before + writer.writerow([defused(cell) for cell in row])
        before = ""


def defused(cell: str) -> str:
    """The cell as text, whatever it begins with: a leading apostrophe keeps spreadsheets from calculating."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def spoken(pieces: Iterator[str], language: str) -> Iterator[str]:
    """Each piece in the language of whoever asked: a file is written when the page's own language has ended."""
    while True:
        with translation.override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
