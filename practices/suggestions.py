"""What somebody may mean who has typed the beginning of a search: concepts, cities and practices.

The same for everyone: a practice that is not public is suggested to nobody, nor is a city where it is withheld.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString
from pyroaring import BitMap

from practices.choices import Visibility
from practices.filters import LONGEST_QUERY
from practices.kept import kept_of_practices
from practices.models import Practice
from practices.search import engines, facet_index
from practices.search.analyse import fold, words
from practices.search.concepts import thesaurus
from practices.search.engines import Want
from practices.search.facet_index import Snapshot
from practices.search.prefixes import Name, Names, Typed, folded_words, titles_of

CIRCLE = (Visibility.PUBLIC,)
MOST = 8
MOST_CONCEPTS, MOST_CITIES = 3, 3
# Of the concepts that begin as typed, so many are asked for practices that name them.
CONCEPTS_ASKED = 6


@dataclass(frozen=True)
class Label:
    """A text in its language, and as escaped HTML with the typed words marked."""

    text: str
    language: str
    html: SafeString


@dataclass(frozen=True)
class Suggestion:
    """`label` is for the reader's language. `matched`: what was typed, where that is in another language."""

    url: str
    label: Label
    matched: Label | None = None


@dataclass(frozen=True)
class Suggestions:
    concepts: list[Suggestion] = field(default_factory=list)
    cities: list[Suggestion] = field(default_factory=list)
    practices: list[Suggestion] = field(default_factory=list)


def suggestions(text: str, *, language: str) -> Suggestions:
    """What is meant, for a reader of a language; nothing for a single letter, or for what is too long for a search."""
    typed = Typed.of(text) if len(text) <= LONGEST_QUERY else None
    if typed is None:
        return Suggestions()
    snapshot = facet_index.current()
    public = snapshot.having("visibility", CIRCLE)
    concepts = _concepts(typed, snapshot, language)
    cities = _cities(typed, snapshot, public, language)
    left = MOST - len(concepts) - len(cities)
    return Suggestions(concepts, cities, _practices(typed, snapshot, public, language, left))


@cache
def _concept_names() -> Names:
    return Names(
        Name(concept.id, text, language, rank, weight=len(concept.narrower))
        for concept in thesaurus().concepts.values()
        for language, names in concept.names.items()
        for rank, text in enumerate(names)
    )


def _concepts(typed: Typed, snapshot: Snapshot, language: str) -> list[Suggestion]:
    """Concepts that public practices name. Only the name that is preferred is shown: others may be what people type,
    and not what the registry says."""
    begun = [name.of for name in _concept_names().beginning(typed, language)[:CONCEPTS_ASKED]]
    named = _named(begun, snapshot)
    labels = [thesaurus().concepts[concept].label(language) for concept in begun if concept in named]
    search = reverse("practice-list")
    return [
        Suggestion(f"{search}?{urlencode({'q': text})}", _label(text, language, typed))
        for text in labels[:MOST_CONCEPTS]
    ]


def _named(concepts: list[str], snapshot: Snapshot) -> set[str]:
    """Those that any public practice names; the engine is asked once per state of the index."""
    known = snapshot.memo.setdefault("concepts named", {})
    new = [concept for concept in concepts if concept not in known]
    if new:
        wants = [Want((thesaurus().concepts[concept].token,)) for concept in new]
        known |= {concept: bool(found) for concept, found in zip(new, engines.matches(wants, CIRCLE), strict=True)}
    return {concept for concept in concepts if known[concept]}


def _cities(typed: Typed, snapshot: Snapshot, public: BitMap, language: str) -> list[Suggestion]:
    """Cities with public practices."""
    if "city names" not in snapshot.memo:
        snapshot.memo["city names"] = Names(
            Name(slug, text, code, weight=count)
            for slug, practices in snapshot.values("city", trusted=False).items()
            if (count := public.intersection_cardinality(practices))
            for code, text in snapshot.places[slug].names.items()
            if text
        )
    names: list[Name] = snapshot.memo["city names"].beginning(typed, language)
    found = []
    for name in names[:MOST_CITIES]:
        called = snapshot.places[name.of].names
        shown = _shown(called, language, settings.LANGUAGE_CODE)
        matched = shown if typed.fits(folded_words(called[shown])) else name.language
        found.append(_suggestion(reverse("city-detail", args=[name.of]), called, shown, matched, typed))
    return found


def _practices(typed: Typed, snapshot: Snapshot, public: BitMap, language: str, limit: int) -> list[Suggestion]:
    """First those whose title in the reader's language has the words; the newest first."""
    titles = titles_of(snapshot)
    newest = snapshot.orders["newest"]
    found = newest.first(titles[language].having(typed) & public, limit)
    if len(found) < limit:
        others = (titles[code].having(typed) for code in titles if code != language)
        found += newest.first((BitMap().union(*others) & public) - BitMap(found), limit - len(found))
    known = kept_of_practices(snapshot, "titles", found, _read)
    # Whatever was withdrawn a moment ago, or got another title, is left out.
    return [suggestion for titled in known if (suggestion := _practice(titled, typed, language))]


class Titled(NamedTuple):
    slug: str
    original_language: str
    titles: dict[str, str]


def _read(numbers: list[int]) -> dict[int, Titled]:
    columns = [f"title_{code}" for code in settings.LANGUAGE_CODES]
    practices = Practice.objects.public().filter(number__in=numbers)
    return {
        number: Titled(slug, original, dict(zip(settings.LANGUAGE_CODES, titles, strict=True)))
        for number, slug, original, *titles in practices.values_list("number", "slug", "original_language", *columns)
    }


def _practice(practice: Titled, typed: Typed, language: str) -> Suggestion | None:
    slug, original, titles = practice
    shown = _shown(titles, language, original)
    fitting = (code for code in (shown, original, *titles) if typed.fits(folded_words(titles[code])))
    matched = next(fitting, None)
    if matched is None:
        return None
    return _suggestion(reverse("practice-detail", args=[slug]), titles, shown, matched, typed)


def _shown(texts: dict[str, str], *preferred: str) -> str:
    """The language of the text that a reader gets."""
    return next(code for code in (*preferred, *texts) if texts[code])


def _suggestion(url: str, texts: dict[str, str], shown: str, matched: str, typed: Typed) -> Suggestion:
    also = None if matched == shown else _label(texts[matched], matched, typed)
    return Suggestion(url, _label(texts[shown], shown, typed), also)


def _label(text: str, language: str, typed: Typed) -> Label:
    pieces, done = [], 0
    for match in words(text):
        if typed.means(fold(match[0])):
            pieces.append((text[done : match.start()], match[0]))
            done = match.end()
    return Label(text, language, format_html_join("", "{}<mark>{}</mark>", pieces) + escape(text[done:]))
