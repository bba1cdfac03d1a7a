"""Practices that nobody runs, for load tests: real ones with many of their words replaced.

The same seed makes the same practices. Their words are spread as in real text: a few are everywhere, most are rare,
and however many practices there are, the next brings words that none before it had.
"""

import json
import re
from collections import Counter
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
# In how many languages a practice is told: 2.26 on average.
LANGUAGES = [1] * 40 + [2] * 30 + [3] * 15 + [4] * 8 + [7] * 7
TERMS = ("service_areas", "target_groups", "approach")
MOST_TERMS = 3
# Texts whose words are replaced, with room for what a title ends with; the others are short and stay as they are.
LONGEST = {"title": 140, "summary": 900, "description": 2000}
VARIED = tuple(LONGEST)

# Letters only: figures, years and references stay.
WORD = re.compile(r"([^\W\d_]{4,})")
REPLACED = 0.5
# Zipf's law with Mandelbrot's shift: the word of rank r is drawn with a probability that falls as (SHIFT + r) ** -5/3,
# so that n words are about n ** 0.6 different ones (Heaps' law).
SHIFT, FLATNESS = 200, 1.5


class Lexicon:
    """The words of a language by rank: those of the real texts, the commonest first, then compounds without end."""

    def __init__(self, texts: list[str]):
        counted = Counter(word.lower() for text in texts for word in WORD.findall(text))
        self.words = sorted(counted, key=lambda word: (-counted[word], word))
        halved = [(word, (len(word) + 1) // 2) for word in self.words if len(word) > 5]
        self.beginnings = sorted({word[:middle] for word, middle in halved})
        self.ends = sorted({word[middle:] for word, middle in halved})

    def __getitem__(self, rank: int) -> str:
        if rank < len(self.words):
            return self.words[rank]
        rounds, place = divmod(rank - len(self.words), len(self.beginnings))
        # Of the same round no two neighbours end alike; a longer word begins where the ends are used up.
        word = self.beginnings[place] + self.ends[(rounds + 7 * place) % len(self.ends)]
        while rounds := rounds // len(self.ends):
            word += self.ends[rounds % len(self.ends)]
        return word

    def drawn(self, chance: Random) -> str:
        return self[int(SHIFT * ((1 - chance.random()) ** -FLATNESS - 1))]


class Synthesiser:
    """Makes entries from the words of the real practices, for the cities and terms of the files and of the site."""

    def __init__(self, *, seed: int):
        self.seed = seed
        self.vocabulary = VocabularyReader(DATA)
        self.real = list(_real_practices())
        self.lexicons = {
            code: Lexicon([record[name].get(code, "") for record in self.real for name in VARIED])
            for code in settings.LANGUAGE_CODES
        }
        self.terms = {name: sorted(self.vocabulary.slugs(name)) for name in TERMS}
        self.cities = {record["slug"]: record["names"] for record in self.vocabulary.cities}
        for city in City.objects.current().exclude(slug__in=self.cities):
            self.cities[city.slug] = {code: getattr(city, f"name_{code}") for code in settings.LANGUAGE_CODES}
        self.city_slugs = sorted(self.cities)

    def entries(self, count: int) -> Iterator[Entry]:
        for number in range(1, count + 1):
            # Each has its own source of chance: the first ten are the same whether ten or a thousand are made.
            chance = Random(f"{self.seed}/{number}")  # noqa: S311 - for variety, not for secrets
            slug = f"synthetic-{self.seed}-{number}"
            yield Entry(number, slug, complete(RecordShape(self._record(number, chance)).document()))

    def _record(self, number: int, chance: Random) -> Record:
        frame, other = chance.sample(self.real, 2)
        city, *more = chance.sample(self.city_slugs, 3)
        languages = chance.sample(settings.LANGUAGE_CODES, chance.choice(LANGUAGES))
        original = languages[0]
        start = chance.choice([None, *range(1995, 2026)])
        ended = start is not None and chance.random() < 0.15
        return {
            "original_language": original,
            "provenance": {original: Provenance.ORIGINAL.value}
            | {code: chance.choice(["machine", "machine", "human"]) for code in languages[1:]},
            "title": {
                code: f"{self._varied(frame, 'title', code, chance)} – {self.cities[city][code]} {number}"
                for code in languages
            },
            "summary": {code: self._varied(frame, "summary", code, chance) for code in languages},
            "description": {
                code: self._varied(other, "description" if code in other["description"] else "summary", code, chance)
                for code in languages
            },
            "access_conditions": {"en": other["access_conditions"] or ""} if "en" in languages else {},
            "legal_basis": {"en": frame["legal_basis"] or ""} if "en" in languages else {},
            "city": city,
            "other_cities": more if chance.random() < 0.05 else [],
            "city_withheld": chance.random() < 0.02,
            **{name: chance.sample(self.terms[name], chance.randint(1, MOST_TERMS)) for name in TERMS},
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

    def _varied(self, record: Record, name: str, language: str, chance: Random) -> str:
        """A text of a real practice with half of its words replaced."""
        lexicon = self.lexicons[language]
        # The pattern's group makes every second piece a word.
        pieces = WORD.split(record[name][language])
        for place in range(1, len(pieces), 2):
            if chance.random() < REPLACED:
                word = lexicon.drawn(chance)
                pieces[place] = word.capitalize() if pieces[place][0].isupper() else word
        return _cut("".join(pieces), LONGEST[name])


def _real_practices() -> Iterator[dict[str, Any]]:
    """The real records with title and summary in every language, and the description where there is one."""
    lines = (DATA / TRANSLATIONS_FILE).read_text(encoding="utf-8").splitlines()
    translations = {record["slug"]: record for record in map(json.loads, lines)}
    for line in (DATA / PRACTICES_FILE).read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        translation = translations[record["slug"]]
        for name in VARIED:
            record[name] = {"en": record[name], **translation.get(name, {})}
        yield record


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0]
