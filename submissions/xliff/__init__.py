"""Texts to translate on their way to a translator's own tools and back, as XLIFF 1.2 (docs/adr/0008-xliff.md)."""

from submissions.xliff.read import MAX_BYTES, TOO_LARGE, UnreadableXliffError, read
from submissions.xliff.units import Returned, Sent, State, mark_of, writable
from submissions.xliff.write import write

__all__ = [
    "MAX_BYTES",
    "TOO_LARGE",
    "Returned",
    "Sent",
    "State",
    "UnreadableXliffError",
    "mark_of",
    "read",
    "writable",
    "write",
]
