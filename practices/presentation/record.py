"""The page of one practice, today's or an old version's: both are made from a document and what its slugs stand for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings

from cities.models import City, Term
from practices import document as documents
from practices.choices import (
    Depth,
    EvidenceLevel,
    Firewall,
    OperationStatus,
    Provenance,
    Visibility,
)
from practices.content import FIELDS_BY_NAME, FRAME, Field, languages_of
from practices.models import Practice, PracticeVersion, Text
from practices.presentation.explanations import Explanation, evidence_explained, firewall_explained
from practices.presentation.reader import Place, Reader, language_label, place_of, years_label

# Which texts stand under which heading, in the order of the page; title and summary stand above.
TERM_FIELDS = ("service_areas", "target_groups", "approaches")


@dataclass(frozen=True)
class Passage:
    """A text as the page shows it: in whose language, from where, and the original to unfold beside a translation."""

    text: Text
    original: str
    original_language: str
    page_language: str

    @property
    def value(self) -> str:
        return self.text.value

    @property
    def lang(self) -> str:
        return self.text.language

    @property
    def language_label(self) -> str:
        return language_label(self.text.language)

    @property
    def original_label(self) -> str:
        return language_label(self.original_language)

    @property
    def is_translated(self) -> bool:
        return bool(self.original) and self.text.language != self.original_language

    @property
    def is_machine(self) -> bool:
        return bool(self.value) and self.text.provenance == Provenance.MACHINE

    @property
    def is_foreign(self) -> bool:
        """Not in the language of the page: nobody has translated it yet."""
        return bool(self.value) and self.text.language != self.page_language

    @property
    def needs_badge(self) -> bool:
        return self.is_foreign or self.is_translated

    def __bool__(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True)
class LanguageVersion:
    """One language in which the practice can be read."""

    code: str
    label: str
    provenance: str
    provenance_label: str
    stale: bool


@dataclass(frozen=True)
class Content:
    """A document cut to what its reader may see, with what its slugs stand for."""

    document: documents.Document
    fields: tuple[Field, ...]
    stale: frozenset[str]
    terms: Mapping[str, list[Term]]
    lead_city: City
    other_cities: list[City]
    city_withheld: bool

    def allows(self, name: str) -> bool:
        return FIELDS_BY_NAME[name] in self.fields


class Record:
    """Everything that the page of a practice shows, in the reader's language."""

    def __init__(self, content: Content, reader: Reader):
        self.content = content
        self.reader = reader
        self.document = content.document

    # Texts

    def passage(self, name: str) -> Passage:
        texts: dict[str, str] = self.document[name]
        original = self.document["original_language"]
        return Passage(self._text(texts), texts.get(original, ""), original, self.reader.language)

    def _text(self, texts: dict[str, str]) -> Text:
        """The text in the reader's language, else the original, else any: the order of `Practice.text`."""
        original = self.document["original_language"]
        for code in dict.fromkeys((self.reader.language, original, *settings.LANGUAGE_CODES)):
            if texts.get(code):
                return Text(texts[code], code, self._provenance(code), code in self.content.stale)
        return Text("", original, Provenance.ORIGINAL)

    def _provenance(self, code: str) -> str:
        if code == self.document["original_language"]:
            return Provenance.ORIGINAL
        return self.document["provenance"].get(code, Provenance.HUMAN)

    @cached_property
    def title(self) -> Passage:
        return self.passage("title")

    @cached_property
    def summary(self) -> Passage:
        return self.passage("summary")

    @cached_property
    def description(self) -> Passage:
        return self.passage("description")

    @cached_property
    def access_conditions(self) -> Passage:
        return self.passage("access_conditions")

    @cached_property
    def legal_basis(self) -> Passage:
        return self.passage("legal_basis")

    @cached_property
    def funding(self) -> Passage:
        return self.passage("funding")

    @cached_property
    def evidence(self) -> Passage:
        return self.passage("evidence")

    @cached_property
    def challenges(self) -> Passage:
        return self.passage("challenges")

    @cached_property
    def transfer(self) -> Passage:
        return self.passage("transfer")

    @cached_property
    def passages(self) -> list[Passage]:
        return [
            self.title,
            self.summary,
            self.description,
            self.access_conditions,
            self.legal_basis,
            self.funding,
            self.evidence,
            self.challenges,
            self.transfer,
        ]

    @property
    def has_machine_text(self) -> bool:
        return any(passage.is_machine for passage in self.passages)

    @property
    def has_foreign_text(self) -> bool:
        """Some parts, not the title, are in another language than the page."""
        return not self.title.is_foreign and any(passage.is_foreign for passage in self.passages)

    @property
    def is_stale(self) -> bool:
        return any(passage.value and passage.text.stale for passage in self.passages)

    @property
    def original_label(self) -> str:
        return language_label(self.document["original_language"])

    @cached_property
    def languages(self) -> list[LanguageVersion]:
        return [
            LanguageVersion(
                code,
                language_label(code),
                self._provenance(code),
                str(Provenance(self._provenance(code)).label),
                code in self.content.stale,
            )
            for code in languages_of(self.document)
        ]

    # Places

    @cached_property
    def place(self) -> Place:
        return place_of(self.content.lead_city, withheld=self.content.city_withheld, reader=self.reader)

    @cached_property
    def other_places(self) -> list[Place]:
        if not self.content.allows("other_cities"):
            return []
        return [
            place_of(city, withheld=self.content.city_withheld, reader=self.reader)
            for city in self.content.other_cities
        ]

    # Coded

    @property
    def service_areas(self) -> list[Term]:
        return self.content.terms["service_areas"]

    @property
    def target_groups(self) -> list[Term]:
        return self.content.terms["target_groups"]

    @property
    def approaches(self) -> list[Term]:
        return self.content.terms["approaches"]

    @property
    def status_label(self) -> str:
        status = OperationStatus(self.document["operation_status"])
        return "" if status is OperationStatus.UNKNOWN else str(status.label)

    @property
    def years_label(self) -> str:
        document = self.document
        return years_label(document["start_year"], document["end_year"], document["operation_status"])

    @property
    def depth_label(self) -> str:
        depth = Depth(self.document["depth"])
        return "" if depth is Depth.UNKNOWN else str(depth.label)

    @property
    def firewall(self) -> Explanation:
        return firewall_explained(Firewall(self.document["firewall"]))

    @property
    def evidence_level(self) -> Explanation:
        return evidence_explained(EvidenceLevel(self.document["evidence_level"]))

    @property
    def visibility_label(self) -> str:
        """Said only where not everyone may read the practice."""
        visibility = Visibility(self.document["visibility"])
        return "" if visibility is Visibility.PUBLIC else str(visibility.label)

    # Rows

    @property
    def partners(self) -> list[dict[str, Any]]:
        return self.document["partners"]

    @property
    def sources(self) -> list[dict[str, Any]]:
        return self.document["sources"]

    @cached_property
    def milestones(self) -> list[tuple[int, Text]]:
        rows = [(row["year"], self._text(row.get("text") or {})) for row in self.document["milestones"]]
        return sorted(rows, key=lambda row: row[0])

    # For colleagues

    @property
    def contact(self) -> str:
        return self.document["contact"]

    @property
    def discreet_details(self) -> str:
        return self.document["discreet_details"]

    @property
    def has_notes(self) -> bool:
        return bool(self.contact or self.discreet_details)


def record_of(practice: Practice, reader: Reader) -> Record:
    """The practice as it stands. Needs the rows of `with_details()`."""
    fields = reader.fields(city_withheld=practice.city_withheld)
    content = Content(
        document=documents.read(practice, fields=fields),
        fields=fields,
        stale=frozenset(state.language for state in practice.texts.all() if state.stale),
        terms={name: list(getattr(practice, name).all()) for name in TERM_FIELDS},
        lead_city=practice.lead_city,
        other_cities=list(practice.other_cities.all()),
        city_withheld=practice.city_withheld,
    )
    return Record(content, reader)


def record_of_version(version: PracticeVersion, reader: Reader) -> Record:
    """An earlier document as it was published. The city stays hidden if either then or now it is withheld."""
    withheld = version.city_withheld or version.practice.city_withheld
    fields = reader.fields(city_withheld=withheld)
    kept = documents.complete(version.content)
    notes = getattr(version, "peer_note", None) if reader.trusted else None
    whole = kept | (notes.content if notes else {})
    names = {field.name for field in fields}
    cities = {city.slug: city for city in City.objects.filter(slug__in=[kept["lead_city"], *kept["other_cities"]])}
    content = Content(
        document=documents.complete({name: value for name, value in whole.items() if name in names or name in FRAME}),
        fields=fields,
        stale=frozenset(),
        terms={name: _terms(name, kept[name]) for name in TERM_FIELDS},
        lead_city=cities.get(kept["lead_city"], version.practice.lead_city),
        other_cities=[cities[slug] for slug in kept["other_cities"] if slug in cities],
        city_withheld=withheld,
    )
    return Record(content, reader)


def _terms(name: str, slugs: Iterable[str]) -> list[Term]:
    vocabulary = FIELDS_BY_NAME[name].vocabulary
    found = vocabulary._default_manager.filter(slug__in=list(slugs)) if vocabulary else ()
    return [term for term in found if isinstance(term, Term)]
