"""Against what a record is compared: the round before, and the live version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practices import document as documents
from practices.presentation.whole import (
    Names,
    ShownChange,
    ShownField,
    ShownSection,
    changed_fields,
    frame_changes,
    mark_changes,
)

ROUND, LIVE = "round", "live"
HEADINGS: dict[str, str | Promise] = {
    ROUND: _("Changed since the last round"),
    LIVE: _("Differs from the live version"),
}


@dataclass(frozen=True)
class Comparison:
    """The record beside an earlier document: which fields differ."""

    name: str
    fields: list[ShownField]
    # Beside the fields: the original language, and where texts come from.
    frame: list[ShownChange]
    # Shown at each field, word by word.
    chosen: bool

    @property
    def heading(self) -> str | Promise:
        return HEADINGS[self.name]

    @property
    def count(self) -> int:
        return len(self.fields) + len(self.frame)

    @property
    def query(self) -> str:
        return "?" + urlencode({"against": self.name})


def comparisons(
    shown: list[ShownSection], document: documents.Document, *, old: Mapping[str, Any], names: Names, against: str
) -> list[Comparison]:
    """What `document` is compared with, by name; the chosen one is written into the shown fields. Without a choice the
    first: what was asked to change is looked at before all else that differs."""
    known = {name: earlier for name, earlier in old.items() if earlier is not None}
    chosen = against if against in known else next(iter(known), "")
    found = []
    for name, earlier in known.items():
        if name == chosen:
            fields = mark_changes(shown, name=name, old=earlier, new=document, names=names)
        else:
            fields = changed_fields(shown, old=earlier, new=document)
        found.append(Comparison(name, fields, frame_changes(earlier, document), name == chosen))
    return found


def only_changed(shown: list[ShownSection]) -> list[ShownSection]:
    """The sections and fields in which something changed."""
    parts = [ShownSection(part.label, [field for field in part.fields if field.changes], part.name) for part in shown]
    return [part for part in parts if part.fields]
