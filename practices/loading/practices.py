"""From a record of a file to a document.

A record has the names of the data files: `city` for the lead city, `approach` for the approaches, a source's
`cited_reference` as an object. Texts are objects of language to text; a plain text is in the original language.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from practices.content import FIELDS, FIELDS_BY_NAME, FRAME, Field, Kind
from practices.document import Document, complete
from practices.loading.records import Fault, Record
from practices.services import SLUG_LENGTH
from practices.validation import ESSENTIAL, problems
from practices.vocabularies import Vocabularies

FIELD_OF = {"city": "lead_city", "approach": "approaches"}
NAME_OF = {field: name for name, field in FIELD_OF.items()}
NAMES = tuple(NAME_OF.get(field.name, field.name) for field in FIELDS)
FRAME_NAMES = ("slug", *FRAME)
# What even the least record has.
LEAST = ("slug", "original_language", "title", "summary", "city")
CITED = {"citation": "cited_citation", "url": "cited_url"}
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@dataclass(frozen=True)
class Entry:
    """A document with the address it shall have, and the line it came from."""

    line: int
    slug: str
    document: Document


def slug_problem(value: Any) -> str | None:
    if not isinstance(value, str) or not SLUG.fullmatch(value):
        return "this must be lower-case letters a to z and digits, joined by hyphens"
    if len(value) > SLUG_LENGTH:
        return f"at most {SLUG_LENGTH} characters fit"
    return None


class EntryReader:
    """Makes entries of one file's records and collects every fault, so that all are told at once."""

    def __init__(self, file: str, *, vocabularies: Vocabularies, required: tuple[str, ...] = LEAST):
        self.file = file
        self.vocabularies = vocabularies
        self.required = required
        self.lines_of_slugs: dict[str, int] = {}

    def read(self, line: int, record: Record) -> Entry | list[Fault]:
        """The entry, or everything that is wrong with the record."""
        faults = [*self._frame_faults(line, record)]
        if faults:
            return faults
        shape = RecordShape(record)
        document = complete(shape.document())
        faults = [Fault(self.file, line, path, message) for path, message in shape.problems]
        if not faults:
            faults = [
                Fault(self.file, line, data_path(problem.path, record), problem.message)
                for problem in problems(document, vocabularies=self.vocabularies, required=ESSENTIAL)
            ]
        return faults or Entry(line, record["slug"], document)

    def _frame_faults(self, line: int, record: Record) -> Iterator[Fault]:
        for name in self.required:
            if name not in record:
                yield Fault(self.file, line, name, "the field is missing")
        for name in record:
            if name not in NAMES and name not in FRAME_NAMES:
                yield Fault(self.file, line, name, "this field is not known; is it misspelt?")
        if "original_language" in record and record["original_language"] not in settings.LANGUAGE_CODES:
            known = ", ".join(settings.LANGUAGE_CODES)
            yield Fault(self.file, line, "original_language", f"this must be one of {known}")
        if "slug" not in record:
            return
        slug = record["slug"]
        if message := slug_problem(slug):
            yield Fault(self.file, line, "slug", message)
        elif slug in self.lines_of_slugs:
            yield Fault(self.file, line, "slug", f"“{slug}” stands in line {self.lines_of_slugs[slug]} already")
        else:
            self.lines_of_slugs[slug] = line


class RecordShape:
    """Turns a record into the document's shape; `problems` says which parts have none that fits."""

    def __init__(self, record: Record):
        self.record = record
        self.language: str = record["original_language"]
        self.problems: list[tuple[str, str]] = []

    def document(self) -> Document:
        document: Document = {
            "original_language": self.language,
            "provenance": self._provenance(),
            "unknown": self.record.get("unknown"),
        }
        for field in FIELDS:
            name = NAME_OF.get(field.name, field.name)
            value = self.record.get(name)
            if value is None:
                continue
            if field.translatable:
                value = self._texts(name, value)
            elif field.kind is Kind.ROWS:
                value = self._rows(field, name, value)
            document[field.name] = value
        return document

    def _provenance(self) -> dict[str, str]:
        value = self.record.get("provenance")
        if value is None:
            return {self.language: "original"}
        if not isinstance(value, dict) or not all(isinstance(entry, str) for entry in value.values()):
            self.problems.append(("provenance", "this must be an object of language to provenance"))
            return {}
        return value

    def _texts(self, path: str, value: Any) -> Any:
        if isinstance(value, str):
            return {self.language: value}
        if not isinstance(value, dict):
            self.problems.append((path, "this must be a text, or an object of language to text"))
            return {}
        for code, text in value.items():
            if text is not None and not isinstance(text, str):
                self.problems.append((f"{path}.{code}", "this must be a text"))
        return {code: text for code, text in value.items() if text is not None}

    def _rows(self, field: Field, name: str, value: Any) -> Any:
        if not isinstance(value, list):
            self.problems.append((name, "this must be a list"))
            return []
        rows = (self._row(field, f"{name}.{index}", row) for index, row in enumerate(value))
        return [row for row in rows if row]

    def _row(self, field: Field, path: str, row: Any) -> dict[str, Any]:
        first = field.columns[0].name
        if isinstance(row, str) and first == "name":
            return {first: row}
        if not isinstance(row, dict):
            self.problems.append((path, "this must be an object"))
            return {}
        row = dict(row)
        cited = row.pop("cited_reference", None) if field.name == "sources" else None
        if cited is not None and not isinstance(cited, dict):
            self.problems.append((f"{path}.cited_reference", "this must be an object"))
            cited = None
        for key, value in (cited or {}).items():
            row[CITED.get(key, f"cited_reference.{key}")] = value
        columns = {column.name: column for column in field.columns}
        made = {}
        for key, value in row.items():
            if key not in columns:
                self.problems.append((f"{path}.{key}", "this field is not known; is it misspelt?"))
            elif value not in (None, "", {}):
                made[key] = self._texts(f"{path}.{key}", value) if columns[key].translatable else value
        return made


def data_path(path: str, record: Record) -> str:
    """A document's path in the names of the file: `lead_city` is `city`, a plain text has no language."""
    first, *rest = path.split(".")
    name = NAME_OF.get(first, first)
    if first in FIELDS_BY_NAME and FIELDS_BY_NAME[first].translatable and isinstance(record.get(name), str):
        rest = []
    if rest and rest[-1].startswith("cited_"):
        rest[-1] = rest[-1].replace("cited_", "cited_reference.")
    return ".".join([name, *rest])
