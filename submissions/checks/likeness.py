"""How much two records have in common: groups of four letters of their titles and summaries, in a language of both."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from django.conf import settings

GRAM, SHORTEST_WORD, MOST_READ = 4, 4, 3000
WORD = re.compile(r"[^\W_]+")
# Of the pairs of different practices among the published ones, one in a thousand is more alike than 0.36 within a
# language; a summary and its own practice's description are by half more often than not.
ALIKE, ALIKE_IN_CITY = 0.5, 0.35


@dataclass(frozen=True)
class Profile:
    """What is compared of a record."""

    # Title and summary, by language.
    texts: Mapping[str, str]
    city: str = ""
    areas: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Likeness:
    same_city: bool
    # The language in which the two are most alike; none where they have none in common.
    language: str
    # Between 0 and 1.
    share: float
    common_areas: frozenset[str]

    @property
    def percent(self) -> int:
        return round(self.share * 100)

    @property
    def is_near(self) -> bool:
        """Near enough to look. Where no language tells, the same work in the same city does."""
        if not self.language:
            return self.same_city and bool(self.common_areas)
        return self.share >= (ALIKE_IN_CITY if self.same_city else ALIKE)


def profile_of(document: Mapping[str, Any]) -> Profile:
    """The part of a document that is compared; it may be unfinished."""
    titles, summaries = (document.get(name) or {} for name in ("title", "summary"))
    texts = {code: f"{titles.get(code, '')}\n{summaries.get(code, '')}".strip() for code in settings.LANGUAGE_CODES}
    return Profile(
        texts={code: text for code, text in texts.items() if text},
        city=document.get("lead_city") or "",
        areas=frozenset(document.get("service_areas") or ()),
    )


def likeness(one: Profile, other: Profile) -> Likeness:
    """Where the two are most alike."""
    shares = {code: _share(one.texts[code], other.texts[code]) for code in one.texts if code in other.texts}
    language = max(shares, key=lambda code: shares[code], default="")
    return Likeness(
        same_city=bool(one.city) and one.city == other.city,
        language=language,
        share=shares.get(language, 0.0),
        common_areas=one.areas & other.areas,
    )


def _share(one: str, other: str) -> float:
    """Dice's coefficient of the groups of letters."""
    first, second = _grams(one[:MOST_READ]), _grams(other[:MOST_READ])
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


@lru_cache(maxsize=512)
def _grams(text: str) -> frozenset[str]:
    words = ("".join(filter(str.isalnum, normalize("NFKD", word))) for word in WORD.findall(text.casefold()))
    edged = (f"_{word}_" for word in words if len(word) >= SHORTEST_WORD)
    return frozenset(word[place : place + GRAM] for word in edged for place in range(len(word) - GRAM + 1))
