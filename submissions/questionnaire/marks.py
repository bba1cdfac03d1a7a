"""The signs by which a filled-in document is read back."""

import re

from practices.content import Column, Field
from submissions.forms.answers import columns_of

# `[title]` at the end of a question, `[nl]` behind the document's heading.
NAME = re.compile(r"\[([a-z_]{2,40})\]\s*$")
# `[ ] Shelter`, `[x] Shelter`, and what word processors make of it.
CHOICE = re.compile(r"^\s*(?:\[(?P<tick>[^\]]{0,3})\]|(?P<box>[☐☑☒]))\s*(?P<label>.*\S)\s*$")
TICKED_BOXES = "☑☒"
# Empty lines for entries of a field that is entered in rows.
BLANK_ROWS = 4


def name_mark(name: str) -> str:
    return f"[{name}]"


def choice_line(label: str, *, ticked: bool) -> str:
    return f"[{'x' if ticked else ' '}] {label}"


def asked_columns(field: Field) -> tuple[Column, ...]:
    """The columns of a field that is a table in the document; cities are a list of names, one a line."""
    return columns_of(field) if field.columns else ()
