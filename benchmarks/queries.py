"""What is asked in the benchmarks: drawn from the practices that are there, in all languages, the same at each run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from practices.models import Practice
from practices.search.analyse import fold

WORD = re.compile(r"[^\W\d_]{4,}")
# Kinds of the search part; `text` is the one that is compared with the engine's ids alone.
KINDS = ("browse", "text", "text + filters", "typo", "prefix")
FILTERS = ("area", "group", "approach", "country", "city", "language", "status", "firewall", "depth")
SORTS = ("", "newest", "title", "city", "confirmed")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
LONGEST_PREFIX = 5


@dataclass(frozen=True)
class Question:
    """A query of one kind, as somebody sends it who reads in `language`."""

    kind: str
    language: str
    parameters: tuple[tuple[str, str], ...]

    @property
    def query(self) -> str:
        return urlencode(self.parameters)

    @property
    def params(self) -> QueryDict:
        return QueryDict(self.query)

    @property
    def text(self) -> str:
        return dict(self.parameters).get("q", "")

    @property
    def selection(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.parameters if name in FILTERS]


class Asker:
    """Draws questions. Another `seed` draws others of the same sort, for warming up."""

    def __init__(self, known: dict[str, list[str]], *, seed: str = "asked"):
        self.known = known
        self.seed = seed
        self.visible = Practice.objects.visible_to(AnonymousUser())
        self.highest = self.visible.order_by("-number").values_list("number", flat=True)[0]

    def questions(self, kind: str, count: int) -> list[Question]:
        chance = Random(f"{self.seed}/{kind}")
        words = self._words(chance, count) if kind != "browse" else None
        found = []
        for place in range(count):
            language = settings.LANGUAGE_CODES[place % len(settings.LANGUAGE_CODES)]
            parameters = []
            if words is not None:
                parameters.append(("q", self._text(kind, next(words[language]), chance)))
            if kind == "browse":
                parameters += self._filters(chance, chance.choice([0, 1, 1, 2]))
                parameters += [("sort", sort) for sort in [chance.choice(SORTS)] if sort]
            elif kind == "text + filters":
                parameters += self._filters(chance, chance.choice([1, 2]))
            found.append(Question(kind, language, tuple(parameters)))
        return found

    def _filters(self, chance: Random, count: int) -> list[tuple[str, str]]:
        names = chance.sample(FILTERS, count)
        return [(name, chance.choice(self.known[name])) for name in names]

    def _text(self, kind: str, words: list[str], chance: Random) -> str:
        if kind == "prefix":
            return words[0][: chance.randint(3, LONGEST_PREFIX)]
        if kind == "typo":
            return misspelt(max(words, key=len), chance)
        asked = chance.sample(words, min(chance.choice([1, 2, 2, 3]), len(words)))
        # As people type: often without capitals, sometimes without accents.
        text = " ".join(asked).lower()
        return " ".join(map(fold, text.split())) if chance.random() < 0.3 else text

    def _words(self, chance: Random, count: int) -> dict[str, Iterator[list[str]]]:
        """Per language the words of titles of practices drawn by chance, at times those of summaries."""
        found: dict[str, list[list[str]]] = {code: [] for code in settings.LANGUAGE_CODES}
        drawn = sorted({chance.randint(1, self.highest) for _ in range(count * 6)})
        columns = [f"{name}_{code}" for name in ("title", "summary") for code in settings.LANGUAGE_CODES]
        for row in self.visible.filter(number__in=drawn).order_by("number").values(*columns):
            for code in settings.LANGUAGE_CODES:
                text = row[f"{chance.choice(['title', 'title', 'summary'])}_{code}"] or ""
                words = list(dict.fromkeys(WORD.findall(text)))
                if len(words) > 2:
                    found[code].append(words)
        for texts in found.values():
            chance.shuffle(texts)
        return {code: cycled(texts) for code, texts in found.items()}


def cycled(texts: list[list[str]]) -> Iterator[list[str]]:
    while True:
        yield from texts


def misspelt(word: str, chance: Random) -> str:
    """One slip: a letter left out, doubled, changed, or swapped with the next."""
    place = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    return chance.choice(
        [
            before + after,
            before + letter + letter + after,
            before + chance.choice(LETTERS) + after,
            before + after[0] + letter + after[1:],
        ]
    )
