"""The name of a city that wants to stay unnamed, in any language, with the endings that German, Dutch and Greek add.

Adjectives with another stem ("gantois", "milanés") are not found, nor what only locals would recognise.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from submissions.checks.findings import Code, Finding

# "Frankfurt am Main" is called Frankfurt.
EPITHET = re.compile(r"[ \-](?:am|an der|upon|on|sur|sul|sulla|del|de la|ob der|im|bei|aan|aan de|του|/|\(|,)[ \-].*$")
LATIN_ENDING = r"(?:[’']?s|er(?:s|in|innen|n)?|ern|se|sche[nrms]?|isch(?:e[nrms]?)?|enser?|naar|naars|aar|aars)?"
SHORTEST_STEM = 4
SHORTEST_INSIDE = 5


@dataclass(frozen=True)
class Place:
    """What a city is called, and the country whose telephone numbers it has."""

    names: tuple[str, ...]
    country: str = ""


def folded(text: str) -> str:
    """Small letters without accents, one for each character: places in it are places in the text."""
    return "".join(unicodedata.normalize("NFD", character)[0].lower()[:1] or character for character in text)


def city_names(text: str, places: Iterable[Place], *, inside_words: bool = False) -> Iterator[Finding]:
    """Every mention. `inside_words`: also as a part of a longer word, as in addresses of pages and names of files."""
    plain, taken = folded(text), 0
    spans = {
        match.span()
        for place in places
        for pattern in patterns(place, inside_words)
        for match in pattern.finditer(plain)
    }
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        # In running text a name has a capital: "essen" is to eat.
        if start >= taken and (inside_words or text[start].isupper()):
            yield Finding(Code.CITY, start, end)
            taken = end


def patterns(place: Place, inside_words: bool) -> Iterator[re.Pattern[str]]:
    names = {folded(name).strip() for name in place.names}
    names |= {EPITHET.sub("", name) for name in names}
    for name in sorted(name for name in names if len(name) > 1):
        spelled = r"[ \u00a0_.\-]?".join(re.escape(part) for part in re.split(r"[ \-]", name) if part)
        if inside_words and len(name) >= SHORTEST_INSIDE:
            yield re.compile(spelled)
        elif inside_words:
            yield re.compile(rf"(?<![^\W\d_]){spelled}(?![^\W\d_])")
        elif "α" <= name[-1] <= "ω":
            stem = re.sub(r"(?:[αεηιουω]ς?|ς)$", "", name) if len(name) > SHORTEST_STEM else name
            stem = r"[ \u00a0\-]".join(re.escape(part) for part in re.split(r"[ \-]", stem))
            yield re.compile(rf"(?<!\w){stem}\w{{0,6}}(?!\w)")
        else:
            yield re.compile(rf"(?<!\w){spelled}{LATIN_ENDING}(?!\w)")
