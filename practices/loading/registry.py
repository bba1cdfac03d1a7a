"""The registry's own files: cities, vocabularies, practices and their translations, loaded together or not at all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction

from practices.choices import OperationStatus, Provenance
from practices.content import TRANSLATABLE
from practices.loading.practices import NAME_OF, Entry, EntryReader
from practices.loading.publishing import Outcome, publish_entries
from practices.loading.records import Fault, FaultyFilesError, Record, read_lines
from practices.loading.vocabulary import VocabularyReader, write_cities, write_terms
from practices.vocabularies import Vocabularies

PRACTICES_FILE = "practices.jsonl"
TRANSLATIONS_FILE = "practices_i18n.jsonl"
LANGUAGE = "en"
REQUIRED = (
    "slug", "title", "city", "other_cities", "service_areas", "target_groups", "approach", "start_year", "end_year",
    "summary", "description", "partners", "funding", "evidence", "challenges", "sources",
)  # fmt: skip
# Marks the versions that the files wrote: a later one without it is somebody's work.
NOTE = "Registry data"


@dataclass
class Registry:
    """What the files hold, checked as a whole."""

    vocabulary: VocabularyReader
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_registry(directory: Path) -> Registry:
    """Read and check all four files. Raises `FaultyFilesError` with every fault that they hold; writes nothing."""
    vocabulary = VocabularyReader(directory)
    registry = Registry(vocabulary, faults=list(vocabulary.faults))
    translations = {record["slug"]: (line, record) for line, record in _translations(directory, registry.faults)}
    reader = EntryReader(PRACTICES_FILE, vocabularies=_known(vocabulary), required=REQUIRED)
    unreadable = False
    for line, record in read_lines(directory / PRACTICES_FILE):
        if isinstance(record, Fault):
            registry.faults.append(record)
            unreadable = True
            continue
        _line, translation = translations.pop(str(record.get("slug")), (0, {}))
        entry = reader.read(line, _prepared(record, translation))
        if isinstance(entry, Entry):
            registry.entries.append(entry)
        else:
            registry.faults += entry
    if not unreadable:
        registry.faults += [
            Fault(TRANSLATIONS_FILE, line, "slug", f"“{slug}” is not in {PRACTICES_FILE}")
            for slug, (line, _record) in translations.items()
        ]
    if registry.faults:
        raise FaultyFilesError(registry.faults)
    return registry


def _known(vocabulary: VocabularyReader) -> Vocabularies:
    """What is in the database, and what the files will add to it."""
    known = Vocabularies()
    known.cities.update({city["slug"]: 0 for city in vocabulary.cities})
    for name, terms in known.terms.items():
        terms.update(dict.fromkeys(vocabulary.slugs(NAME_OF.get(name, name)), 0))
    return known


def _translations(directory: Path, faults: list[Fault]) -> Iterator[tuple[int, Record]]:
    names = {field.name for field in TRANSLATABLE}
    lines: dict[str, int] = {}
    for line, record in read_lines(directory / TRANSLATIONS_FILE):
        if isinstance(record, Fault):
            faults.append(record)
            continue
        found = []
        slug = record.get("slug")
        if not isinstance(slug, str):
            found.append(Fault(TRANSLATIONS_FILE, line, "slug", "the field is missing or no text"))
        elif lines.setdefault(slug, line) != line:
            found.append(Fault(TRANSLATIONS_FILE, line, "slug", f"“{slug}” stands in line {lines[slug]} already"))
        for name, texts in record.items():
            if name == "slug":
                continue
            if name not in names:
                found.append(Fault(TRANSLATIONS_FILE, line, name, "this field is not known; is it misspelt?"))
            elif not isinstance(texts, dict):
                found.append(Fault(TRANSLATIONS_FILE, line, name, "this must be an object of language to text"))
            else:
                found += [
                    Fault(TRANSLATIONS_FILE, line, f"{name}.{code}", message)
                    for code, text in texts.items()
                    if (message := _translation_problem(code, text))
                ]
        faults += found
        if not found:
            yield line, record


def _translation_problem(code: str, text: object) -> str | None:
    if code == LANGUAGE:
        return f"the English text stands in {PRACTICES_FILE}"
    if code not in settings.LANGUAGE_CODES:
        return "this is not one of the seven languages"
    return None if isinstance(text, str) else "this must be a text"


def _prepared(record: Record, translation: Record) -> Record:
    """The record with its translations, and with what follows from it: nobody has read the translations over, and a
    practice with a year of its end has ended."""
    record = {"original_language": LANGUAGE, **record}
    languages = set()
    for name, texts in translation.items():
        original = record.get(name, ...)
        if name != "slug" and (original is None or isinstance(original, str)):
            record[name] = {LANGUAGE: original or "", **texts}
            languages |= {code for code, text in texts.items() if text.strip()}
    record.setdefault(
        "provenance", {LANGUAGE: Provenance.ORIGINAL.value, **dict.fromkeys(languages, Provenance.MACHINE.value)}
    )
    if record.get("end_year"):
        record.setdefault("operation_status", OperationStatus.ENDED.value)
    return record


@transaction.atomic
def load_registry(registry: Registry, *, progress: Callable[[int], None]) -> Outcome:
    """Write what was read, in the order of the files. What people changed through the site is left as it is."""
    write_terms(registry.vocabulary.terms)
    write_cities(registry.vocabulary.cities)
    return publish_entries(registry.entries, by=None, note=NOTE, vocabularies=Vocabularies(), progress=progress)
