"""A document in full, as those who decide on it read it: labels for codes, every language, changes word by word."""

import dataclasses
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from cities.models import City
from practices.choices import Provenance
from practices.content import FIELDS, RESERVABLE, Audience, Column, Field, Kind, Section, fields_of
from practices.document import Change, Document, diff, is_unknown
from practices.vocabularies import Vocabularies

Row = dict[str, Any]

SAME, REMOVED, ADDED = "same", "removed", "added"
WORDS = re.compile(r"\w+|\s+|[^\w\s]")
SENTENCES = re.compile(r"[^.!?;\n]+[.!?;\n]*\s*|[.!?;\n]+\s*")
# Comparing takes time with the product of the lengths; beyond this, sentences are compared first.
COMPARABLE = 300_000
# How much two entries of a list have in common, of a hundred, to be one that was changed.
ALIKE = 45
# Comparisons of so many texts are remembered, by this process: those of some ten records.
REMEMBERED = 200


@dataclass(frozen=True)
class Piece:
    """A stretch of a comparison."""

    kind: str
    text: str


@dataclass(frozen=True)
class Part:
    """A stretch of a field's value; `language` where a person wrote it in one."""

    text: str
    language: str | None = None
    label: str | Promise = ""
    # Where a translated text comes from, in words.
    provenance: str = ""
    # A web address that may be followed, and what came of asking for it, where the page knows.
    is_address: bool = False
    state: str = ""

    @property
    def language_name(self) -> str:
        return language_name(self.language)


@dataclass(frozen=True)
class ShownChange:
    """What changed in a field, or in one language of it, or in one part of an entry, which `label` then names."""

    language: str | None
    pieces: list[Piece]
    label: str = ""

    @property
    def language_name(self) -> str:
        return language_name(self.language)


def language_name(code: str | None) -> str:
    return str(dict(settings.LANGUAGES).get(code, "")) if code else ""


@dataclass
class ShownField:
    """One field with everything the page says about it."""

    field: Field
    # Lines of parts: a text has one line per language, a row one line.
    lines: list[list[Part]]
    # The text in languages other than the one it is read in.
    others: list[list[Part]] = dataclasses.field(default_factory=list)
    # Against the live version and against the round before, where something changed.
    changes: dict[str, list[ShownChange]] = dataclasses.field(default_factory=dict)
    # What moderators asked here; filled by the page that has remarks.
    remarks: list[Any] = dataclasses.field(default_factory=list)

    # Read by verified officers and moderators alone, always or on this city's wish.
    for_peers: bool = False
    # Where a moderator changes the text; filled by the page that lets them.
    edit_url: str = ""

    @property
    def anchor(self) -> str:
        return f"field-{self.field.name}"


@dataclass(frozen=True)
class ShownSection:
    label: str | Promise
    fields: list[ShownField]
    # Stands for it in addresses.
    name: str = ""

    @property
    def anchor(self) -> str:
        return f"section-{self.name}"

    @property
    def changed(self) -> int:
        """In how many of its fields a change is marked."""
        return sum(1 for entry in self.fields if entry.changes)


class Names:
    """What the slugs of some documents are called in the reader's language. `known`: vocabularies that were read
    already, else they are read."""

    def __init__(self, documents: Iterable[Document], known: Vocabularies | None = None):
        labels = (known or Vocabularies()).labels
        slugs = set()
        for document in documents:
            slugs |= {document.get("lead_city"), *(document.get("other_cities") or [])}
        self.cities = City.objects.in_bulk(slugs - {None, ""}, field_name="slug")
        names = {slug: str(city) for slug, city in self.cities.items()}
        self.by_field: dict[str, dict[str, str]] = {}
        for entry in FIELDS:
            if entry.vocabulary:
                self.by_field[entry.name] = labels[entry.name]
            elif entry.kind in (Kind.CITY, Kind.CITIES):
                self.by_field[entry.name] = names
            elif entry.kind is Kind.TERMS:
                self.by_field[entry.name] = {reservable.name: str(reservable.label) for reservable in RESERVABLE}

    def of(self, entry: Field, slug: str) -> str:
        return self.by_field[entry.name].get(slug, slug)


def sections(document: Document, *, names: Names, language: str = "", assessment: bool = True) -> list[ShownSection]:
    """The whole document in the order of the form, texts in `language` or the original before all others; the
    moderators' own fields last, with `assessment`."""
    shown = []
    main = (language or document["original_language"], document["original_language"])
    provenance = provenance_labels(document)
    for section in [*Section, None] if assessment else Section:
        entries = []
        for entry in fields_of(section):
            for_peers = entry.audience is Audience.PEERS or entry.name in document["peers_only"]
            found = list(lines(entry, document.get(entry.name, entry.empty), names=names))
            if is_unknown(document, entry):
                found = [[Part(str(entry.unknown_label))]]
            if entry.translatable and any(line[0].language for line in found):
                found = [[replace(part, provenance=provenance.get(part.language or "", ""))] for [part] in found]
                first = [line for line in found if line[0].language in main]
                others = [line for line in found if first and line not in first]
                entries.append(ShownField(entry, first or found, others=others, for_peers=for_peers))
            else:
                entries.append(ShownField(entry, found, for_peers=for_peers))
        label, name = (section.label, section.value) if section else (_("The moderators’ assessment"), "assessment")
        shown.append(ShownSection(label, entries, name))
    return shown


def mark_changes(
    shown: list[ShownSection], *, name: str, old: Document, new: Document, names: Names
) -> list[ShownField]:
    """Write into each field what changed from `old` to `new`, under `name`; returns the fields that changed."""
    by_field: dict[str, list[ShownChange]] = {}
    for change in diff(old, new):
        by_field.setdefault(change.field.name, []).extend(changes_in(change, names=names))
    changed = [entry for section in shown for entry in section.fields if entry.field.name in by_field]
    for entry in changed:
        entry.changes[name] = by_field[entry.field.name]
    return changed


def changed_fields(shown: list[ShownSection], *, old: Document, new: Document) -> list[ShownField]:
    """The fields that differ, without saying how."""
    differing = {change.field.name for change in diff(old, new)}
    return [entry for section in shown for entry in section.fields if entry.field.name in differing]


def changes_in(change: Change, *, names: Names) -> Iterator[ShownChange]:
    """Word by word for texts, also for those in entries, in each language; name by name for lists."""
    field = change.field
    if field.translatable or field.kind in (Kind.LINE, Kind.TEXT):
        yield ShownChange(change.language, text_pieces(str(change.old or ""), str(change.new or "")))
    elif field.kind is Kind.ROWS and isinstance(change.old, list) and isinstance(change.new, list):
        yield from _changes_in_rows(field, change.old, change.new)
    else:
        old, new = (
            [" · ".join(part.text for part in line) + "\n" for line in lines(field, value, names=names)]
            for value in (change.old, change.new)
        )
        yield ShownChange(change.language, pieces(old, new))


def _changes_in_rows(field: Field, old: list[Row], new: list[Row]) -> Iterator[ShownChange]:
    for number, before, after in _paired(old, new):
        for column in field.columns:
            label = str(_("Entry %(number)d: %(part)s")) % {"number": number, "part": column.label}
            was, now = before.get(column.name), after.get(column.name)
            if not column.translatable:
                was, now = {None: was}, {None: now}
            for language in dict.fromkeys([*(was or {}), *(now or {})]):
                texts = [str((texts or {}).get(language) or "") for texts in (was, now)]
                if texts[0] != texts[1]:
                    yield ShownChange(language, text_pieces(*texts), label)


def _paired(old: list[Row], new: list[Row]) -> Iterator[tuple[int, Row, Row]]:
    """The entries that differ, by the number they have or had, each as it was and as it is. What was not there before,
    or is no longer, is empty on that side; an entry that only moved went and came."""
    before, after = ([json.dumps(row, sort_keys=True) for row in rows] for rows in (old, new))
    was, now = ([_words_of(row) for row in rows] for rows in (old, new))
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        left = list(range(start, end))
        for place in range(new_start, new_end):
            likeness = {candidate: fuzz.ratio(was[candidate], now[place]) for candidate in left}
            best = max(likeness, key=likeness.__getitem__, default=None)
            if best is not None and likeness[best] >= ALIKE:
                left.remove(best)
                yield place + 1, old[best], new[place]
            else:
                yield place + 1, {}, new[place]
        yield from ((place + 1, old[place], {}) for place in left)


def _words_of(row: Row) -> str:
    texts = [value.values() if isinstance(value, dict) else [value] for value in row.values()]
    return " ".join(str(text) for several in texts for text in several)


def frame_changes(old: Document, new: Document) -> list[ShownChange]:
    """What changed beside the fields: the language of the original, and where the text of a language comes from."""
    found = []
    was, now = language_name(old["original_language"]), language_name(new["original_language"])
    if was != now:
        found.append(ShownChange(None, pieces([was], [now]), str(_("Language of the original"))))
    before, after = provenance_labels(old), provenance_labels(new)
    for code in settings.LANGUAGE_CODES:
        was, now = before.get(code, ""), after.get(code, "")
        if was != now:
            label = str(_("Text in %(language)s")) % {"language": language_name(code)}
            found.append(ShownChange(None, pieces([was], [now]), label))
    return found


def text_pieces(old: str, new: str) -> list[Piece]:
    """Word by word; where texts are long, only inside the sentences that changed."""
    return list(_compared(old, new))


@lru_cache(maxsize=REMEMBERED)
def _compared(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces of a text. The same two are looked at again and again while somebody decides."""
    old_words, new_words = WORDS.findall(old), WORDS.findall(new)
    if len(old_words) * len(new_words) <= COMPARABLE:
        return tuple(pieces(old_words, new_words))
    found: list[Piece] = []
    for piece in pieces(SENTENCES.findall(old), SENTENCES.findall(new)):
        if piece.kind == ADDED and found and found[-1].kind == REMOVED:
            removed = WORDS.findall(found[-1].text)
            added = WORDS.findall(piece.text)
            if len(removed) * len(added) <= COMPARABLE:
                found[-1:] = pieces(removed, added)
                continue
        found.append(piece)
    return tuple(found)


def pieces(old: list[str], new: list[str]) -> list[Piece]:
    """What stayed, went and came, in reading order."""
    found: list[Piece] = []
    removed = added = ""
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        before, after = "".join(old[start:end]), "".join(new[new_start:new_end])
        # A space between two changed words belongs to the change.
        if tag != "equal" or ((removed or added) and not before.strip() and end < len(old) and new_end < len(new)):
            removed += before
            added += after
            continue
        found += _changed(removed, added)
        removed = added = ""
        found.append(Piece(SAME, before))
    return found + _changed(removed, added)


def _changed(removed: str, added: str) -> list[Piece]:
    return [piece for piece in (Piece(REMOVED, removed), Piece(ADDED, added)) if piece.text]


def lines(entry: Field, value: Any, *, names: Names) -> Iterator[list[Part]]:
    """A field's value as lines of text; none where nothing is stated."""
    if entry.translatable:
        yield from ([Part(value[code], code)] for code in settings.LANGUAGE_CODES if value.get(code))
    elif entry.kind is Kind.ROWS:
        yield from ([part for column in entry.columns for part in cells(column, row)] for row in value)
    elif entry.kind in (Kind.CITIES, Kind.TERMS):
        yield from ([Part(names.of(entry, slug))] for slug in value)
    elif entry.kind is Kind.CITY:
        if value:
            yield [Part(names.of(entry, value))]
    elif entry.kind is Kind.FLAG:
        yield [Part(str(_("Yes") if value else _("No")))]
    elif entry.choices is not None:
        yield [Part(str(dict(entry.choices.choices).get(value, value)))]
    elif value not in ("", None):
        yield [Part(str(value))]


def cells(column: Column, row: dict[str, Any]) -> Iterator[Part]:
    value = row.get(column.name)
    if not value:
        return
    if column.translatable:
        yield from (Part(value[code], code, column.label) for code in settings.LANGUAGE_CODES if value.get(code))
    else:
        text = str(value)
        # Whatever was written in place of an address is text.
        is_address = column.is_url and text.lower().startswith(("https://", "http://"))
        yield Part(text, None, column.label, is_address=is_address)


def provenance_labels(document: Document) -> dict[str, str]:
    """By language: where the text comes from, in words."""
    labels = dict(Provenance.choices)
    return {code: str(labels[value]) for code, value in (document.get("provenance") or {}).items() if value in labels}
