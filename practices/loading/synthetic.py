"""Practices that nobody runs, for load tests: the registry's own words, shuffled. The same seed makes the same ones."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings

from cities.models import City
from practices.choices import Depth, Firewall, OperationStatus, Provenance, Visibility
from practices.document import complete
from practices.loading.practices import Entry, RecordShape
from practices.loading.records import Record
from practices.loading.registry import PRACTICES_FILE, TRANSLATIONS_FILE
from practices.loading.vocabulary import VocabularyReader

DATA = Path(__file__).resolve().parent.parent / "data"
NOTE = "Synthetic"
# Most practices are public, some are for peers, a few for moderators: as a real registry would have them.
VISIBILITIES = [Visibility.PUBLIC] * 46 + [Visibility.PEERS] * 3 + [Visibility.MODERATORS]


class Synthesiser:
    """Makes entries from the words of the real practices, for the cities and terms of the files and of the site."""

    def __init__(self, *, seed: int):
        self.seed = seed
        self.vocabulary = VocabularyReader(DATA)
        self.real = list(_real_practices())
        self.cities = {record["slug"]: record["names"] for record in self.vocabulary.cities}
        for city in City.objects.exclude(slug__in=self.cities):
            self.cities[city.slug] = {code: getattr(city, f"name_{code}") for code in settings.LANGUAGE_CODES}

    def entries(self, count: int) -> Iterator[Entry]:
        for number in range(1, count + 1):
            # Each has its own source of chance: the first ten are the same whether ten or a thousand are made.
            chance = Random(f"{self.seed}/{number}")  # noqa: S311 - for variety, not for secrets
            slug = f"synthetic-{self.seed}-{number}"
            yield Entry(number, slug, complete(RecordShape(self._record(number, chance)).document()))

    def _record(self, number: int, chance: Random) -> Record:
        frame, other = chance.sample(self.real, 2)
        city, *more = chance.sample(sorted(self.cities), 3)
        original, *others = chance.sample(settings.LANGUAGE_CODES, len(settings.LANGUAGE_CODES))
        languages = [original, *others[: chance.choice([1, 2, 3, 6, 6, 6])]]
        start = chance.choice([None, *range(1995, 2026)])
        ended = start is not None and chance.random() < 0.15
        return {
            "original_language": original,
            "provenance": {original: Provenance.ORIGINAL.value}
            | {code: chance.choice(["machine", "machine", "human"]) for code in languages[1:]},
            "title": {code: f"{frame['title'][code]} – {self.cities[city][code]} {number}" for code in languages},
            "summary": {code: _mixed(frame["summary"][code], other["summary"][code]) for code in languages},
            "description": {code: _description(frame, other, code) for code in languages},
            "access_conditions": {"en": other["access_conditions"] or ""} if "en" in languages else {},
            "legal_basis": {"en": frame["legal_basis"] or ""} if "en" in languages else {},
            "city": city,
            "other_cities": more if chance.random() < 0.05 else [],
            "city_withheld": chance.random() < 0.02,
            "service_areas": self._terms("service_areas", chance, at_most=3),
            "target_groups": self._terms("target_groups", chance, at_most=3),
            "approach": self._terms("approach", chance, at_most=3),
            "start_year": start,
            "end_year": min(start + chance.randrange(1, 12), 2026) if start is not None and ended else None,
            "operation_status": OperationStatus.ENDED.value
            if ended
            else chance.choice(["running", "pilot", "unknown"]),
            "firewall": chance.choice(Firewall.values),
            "depth": chance.choice(Depth.values),
            "visibility": chance.choice(VISIBILITIES).value,
            "partners": frame["partners"],
            "sources": frame["sources"],
        }

    def _terms(self, name: str, chance: Random, *, at_most: int) -> list[str]:
        return chance.sample(sorted(self.vocabulary.slugs(name)), chance.randint(1, at_most))


def _real_practices() -> Iterator[dict[str, Any]]:
    """The real records with title and summary in every language, and the description where there is one."""
    lines = (DATA / TRANSLATIONS_FILE).read_text(encoding="utf-8").splitlines()
    translations = {record["slug"]: record for record in map(json.loads, lines)}
    for line in (DATA / PRACTICES_FILE).read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        translation = translations[record["slug"]]
        for name in ("title", "summary", "description"):
            record[name] = {"en": record[name], **translation.get(name, {})}
        yield record


def _mixed(first: str, second: str) -> str:
    """The first sentence of one text and what follows the first of another."""
    return ". ".join([first.split(". ")[0], *second.split(". ")[1:]])


def _description(frame: Record, other: Record, language: str) -> str:
    texts = [record["description"].get(language) or record["summary"][language] for record in (frame, other)]
    return "\n\n".join(texts)
