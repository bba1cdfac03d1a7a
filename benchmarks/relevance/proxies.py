"""Collections in which query and text are two ways to say one thing, as other registries would load them.

Each record has one language and the least that `import_practices` asks for; its title says nothing.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.relevance.collection import (
    JUDGED,
    LANGUAGES,
    REGISTRY,
    Collection,
    Query,
    Record,
    Text,
    lines,
    real_practices,
)

CITY = "ghent"
LONGEST_SUMMARY = 900
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[^a-z])")


@dataclass(frozen=True)
class Pair:
    """A text of one language and the queries, with their kinds, that mean it; all languages of it share its source."""

    source: str
    language: str
    content: str
    queries: list[tuple[str, str]]
    field: str = "summary"

    @property
    def slug(self) -> str:
        return f"{self.source}-{self.language}".replace("_", "-")


def titles() -> Iterator[Pair]:
    """A practice's title asks for its summary."""
    for slug, practice in real_practices().items():
        for language in LANGUAGES:
            yield Pair(slug, language, practice["summary"][language], [(practice["title"][language], "title")])


def sentences() -> Iterator[Pair]:
    """Each sentence of a practice's summary asks for its description, where the language has one."""
    for slug, practice in real_practices().items():
        for language, description in practice["description"].items():
            asked = SENTENCE_END.split(practice["summary"][language])
            yield Pair(slug, language, description, [(sentence, "sentence") for sentence in asked], "description")


def questions() -> Iterator[Pair]:
    """A whole question asks for the summary that answers it, among those of all practices."""
    asked = {entry["slug"]: entry["questions"] for entry in lines(JUDGED / "questions.jsonl")}
    for slug, practice in real_practices().items():
        for language in LANGUAGES:
            queries = [(asked[slug][language], "question")] if slug in asked else []
            yield Pair(slug, language, practice["summary"][language], queries)


def taxonomy() -> Iterator[Pair]:
    """The label of a term of the registry's vocabularies asks for its definition."""
    vocabularies = json.loads((REGISTRY / "taxonomy.json").read_text(encoding="utf-8"))
    vocabularies.pop("languages")
    for vocabulary, entries in vocabularies.items():
        for entry in entries:
            for language in LANGUAGES:
                asked = [(entry["label"][language], vocabulary)]
                yield Pair(f"{vocabulary}-{entry['id']}", language, entry["definition"][language], asked)


def terms() -> Iterator[Pair]:
    """A term of the field asks for its definition, and so do its synonyms."""
    for entry in lines(JUDGED / "terms.jsonl"):
        for language, definition in entry["definition"].items():
            first, *others = entry["names"][language]
            asked = [(first, "term"), *((name, "synonym") for name in others)]
            yield Pair(entry["id"], language, definition, asked)


def pairs_of(path: Path) -> Iterator[Pair]:
    """Somebody's own: a line holds `source`, `language`, `content` and the list of `queries` that mean it."""
    for entry in lines(path):
        asked = [(text, path.stem) for text in entry["queries"]]
        field = "summary" if len(entry["content"]) <= LONGEST_SUMMARY else "description"
        yield Pair(entry["source"], entry["language"], entry["content"], asked, field)


PROXIES = {"titles": titles, "sentences": sentences, "questions": questions, "taxonomy": taxonomy, "terms": terms}


def proxy(name: str, pairs: Sequence[Pair]) -> Collection:
    languages: dict[str, set[str]] = defaultdict(set)
    asked: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    kinds: dict[tuple[str, str], str] = {}
    for pair in pairs:
        languages[pair.source].add(pair.language)
        for text, kind in pair.queries:
            asked[text, pair.language].append(pair)
            kinds.setdefault((text, pair.language), kind)
    queries = []
    for (text, language), meant in asked.items():
        right = {pair.slug: 2 for pair in meant}
        siblings = {replace(pair, language=other).slug for pair in meant for other in languages[pair.source]}
        queries.append(Query(text, language, kinds[text, language], right, frozenset(siblings - right.keys())))
    texts = [Text(pair.slug, pair.language, pair.content) for pair in pairs]
    records = [record(pair, number) for number, pair in enumerate(pairs, start=1)]
    return Collection(name, queries, texts, records)


def record(pair: Pair, number: int) -> Record:
    name = {pair.language: f"Record {number}"}
    least = {"slug": pair.slug, "original_language": pair.language, "title": name, "summary": name, "city": CITY}
    return least | {pair.field: {pair.language: pair.content}}
