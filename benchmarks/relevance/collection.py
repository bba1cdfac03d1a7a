"""A collection of texts with judged queries: what a search is measured on."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "de", "el", "es", "fr", "it", "nl")
REGISTRY = Path(__file__).resolve().parent.parent.parent / "practices" / "data"
JUDGED = Path(__file__).resolve().parent

Record = dict[str, Any]


@dataclass(frozen=True)
class Text:
    """One language version of a practice: its title, summary and description, one to a line."""

    slug: str
    language: str
    content: str


@dataclass(frozen=True)
class Query:
    text: str
    language: str
    kind: str
    judgements: dict[str, int]
    # Records that say the same in other languages: neither right nor wrong, so they are passed over.
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Collection:
    """`records` are what `import_practices` reads; None stands for the registry's own practices."""

    name: str
    queries: list[Query]
    texts: list[Text]
    records: list[Record] | None = field(default=None, repr=False)


def real_practices() -> dict[str, Record]:
    """The registry's practices by slug, with title, summary and description as objects of language to text."""
    translations = {record["slug"]: record for record in lines(REGISTRY / "practices_i18n.jsonl")}
    practices = {}
    for record in lines(REGISTRY / "practices.jsonl"):
        translated = translations[record["slug"]]
        texts = {name: {"en": record[name]} | translated.get(name, {}) for name in ("title", "summary", "description")}
        practices[record["slug"]] = record | texts
    return practices


def judged(name: str) -> Collection:
    """The registry's practices with the queries of a file beside this module."""
    practices = real_practices()
    queries = [
        Query(line["query"], line["language"], line["kind"], line["judgements"]) for line in lines(file_of(name))
    ]
    for query in queries:
        if unknown := query.judgements.keys() - practices.keys():
            raise ValueError(f"{name}, “{query.text}”: no practice is called {', '.join(sorted(unknown))}.")
    texts = [
        Text(slug, language, "\n".join(record[name].get(language, "") for name in ("title", "summary", "description")))
        for slug, record in practices.items()
        for language in LANGUAGES
    ]
    return Collection(name, queries, texts)


def file_of(name: str) -> Path:
    return JUDGED / f"{name}.jsonl"


def lines(path: Path) -> Iterator[Record]:
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())
