"""One text on its way out and on its way back."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

# What XML 1.0 cannot hold. Nobody types such characters; a text that was pasted from a broken file may hold one.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LINE_ENDS = re.compile(r"\r\n?")
# Characters of the mark of a text. It tells whether two texts are the same, and keeps nothing secret.
LENGTH = 32

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
VERSION = "1.2"
UNIT_ID = re.compile(r"(?P<reference>CMISE-\d{1,9})\.v(?P<version>\d{1,9})\.(?P<field>[a-z_]{1,40})", re.ASCII)


class State(StrEnum):
    """How far a text is, in the words of XLIFF."""

    MISSING = "needs-translation"
    # Somebody must look at it: a machine wrote it, or the original changed since.
    TO_REVIEW = "needs-review-translation"
    TRANSLATED = "translated"


# The words of XLIFF for a target that is only there to be replaced, and for one that a person stands behind.
UNTOUCHED = frozenset({"new", "needs-translation", "needs-l10n"})
CONFIRMED = frozenset({"translated", "final", "signed-off"})
# Where a target comes from a machine.
BY_MACHINE = frozenset({"mt-suggestion", "leveraged-mt"})


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A text as it leaves: `earlier` is the original as it was when `target` was right, where it has changed."""

    reference: str
    version: int
    field: str
    label: str
    note: str
    source_language: str
    target_language: str
    source: str
    target: str
    state: State
    by_machine: bool = False
    earlier: str = ""
    max_length: int = 0

    @property
    def key(self) -> str:
        return f"{self.reference}.v{self.version}.{self.field}"


@dataclass(frozen=True, kw_only=True)
class Returned:
    """A text as it comes back. `source_mark` tells from which original it was made, `confirmed` that the translator's
    tool says a person stands behind it, `by_machine` that a machine wrote it."""

    reference: str
    version: int
    field: str
    source_language: str
    target_language: str
    source_mark: str
    target: str
    confirmed: bool = False
    by_machine: bool = False
    # It holds marks of the tool's own, which our texts have not.
    broken: bool = False


def writable(text: str) -> str:
    """The text without what XML cannot hold, with line ends as XML reads them."""
    return LINE_ENDS.sub("\n", UNWRITABLE.sub("", text)).strip()


def mark_of(text: str) -> str:
    """The same for two texts that differ in line ends, or in what XML cannot hold."""
    return hashlib.sha256(writable(text).encode()).hexdigest()[:LENGTH]
