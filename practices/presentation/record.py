"""The page of one practice, today's or an old version's: both are made from a document and what its slugs stand for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

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
from practices.content import FIELDS_BY_NAME, FRAME, RESERVABLE, Field, languages_of
from practices.models import PeerNote, Practice, PracticeVersion, Text
from practices.presentation.explanations import Explanation, evidence_explained, firewall_explained
from practices.presentation.passages import LanguageVersion, Passage
from practices.presentation.reader import Place, Reader, language_label, place_of, years_label

# What a note for peers can hold besides its own columns; the names of the fields alone say nothing.
KEPT_FOR_PEERS = (*(field.name for field in RESERVABLE), "unknown", "provenance")
# Which texts stand under which heading, in the order of the page; title and summary stand above.
TERM_FIELDS = ("service_areas", "target_groups", "approaches")


@dataclass(frozen=True)
class Content:
    """A document cut to what its reader may see, with what its slugs stand for."""

    document: documents.Document
    fields: tuple[Field, ...]
    stale: frozenset[str]
    terms: Mapping[str, list[Term]]
    # None in a draft that does not say it yet.
    lead_city: City | None
    other_cities: list[City]
    city_withheld: bool
    # Names of fields that the city keeps for verified officers; empty for everyone else.
    reserved: frozenset[str] = frozenset()

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
        field = FIELDS_BY_NAME[name]
        unknown = str(field.unknown_label) if documents.is_unknown(self.document, field) else ""
        return Passage(
            self._text(texts),
            texts.get(original, ""),
            original,
            self.reader.language,
            unknown,
            name in self.content.reserved,
        )

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
        if self.content.lead_city is None:
            return Place(city_label=_("No city yet"))
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
    def partners_for_colleagues(self) -> bool:
        """The city keeps its partners for verified officers."""
        return "partners" in self.content.reserved

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
    document = documents.read(practice, fields=fields)
    content = Content(
        document=document,
        fields=fields,
        stale=frozenset(state.language for state in practice.texts.all() if state.stale),
        terms={name: list(getattr(practice, name).all()) for name in TERM_FIELDS},
        lead_city=practice.lead_city,
        other_cities=list(practice.other_cities.all()),
        city_withheld=practice.city_withheld,
        reserved=frozenset(document["peers_only"]),
    )
    return Record(content, reader)


def record_of_version(version: PracticeVersion, reader: Reader) -> Record:
    """An earlier document as it was published. The city stays hidden if either then or now it is withheld."""
    notes = getattr(version, "peer_note", None) if reader.trusted else None
    return _record_of_parts(
        documents.complete(version.content),
        notes.content if notes else {},
        reader,
        city_withheld=version.city_withheld or version.practice.city_withheld,
        otherwise=version.practice.lead_city,
    )


def record_of_document(document: documents.Document, reader: Reader, *, stale: frozenset[str] = frozenset()) -> Record:
    """A document that is not published, as `record_of` will show it when it is. `stale`: languages whose translations
    the publication makes old. What is wrong with the document must have been left out of it: `validation.sound`."""
    open_part, peer_part = documents.without_peer_fields(document)
    return _record_of_parts(
        open_part,
        peer_part if reader.trusted else {},
        reader,
        city_withheld=document["city_withheld"],
        stale=stale,
    )


def _record_of_parts(
    open_part: documents.Document,
    peer_part: documents.Document,
    reader: Reader,
    *,
    city_withheld: bool,
    otherwise: City | None = None,
    stale: frozenset[str] = frozenset(),
) -> Record:
    """`otherwise`: the lead city where the document's own is not known any more."""
    whole = documents.joined(open_part, peer_part)
    fields = reader.fields(city_withheld=city_withheld)
    names = {field.name for field in fields}.union(FRAME)
    lead, others = whole["lead_city"], whole["other_cities"]
    # What was merged since is shown as what it became part of.
    named = City.objects.filter(slug__in=[lead, *others]).select_related("merged_into")
    cities = {city.slug: city.merged_into or city for city in named}
    content = Content(
        document=documents.complete({name: value for name, value in whole.items() if name in names}),
        fields=fields,
        stale=stale,
        terms={name: _terms(name, whole[name]) for name in TERM_FIELDS},
        lead_city=cities.get(lead, otherwise),
        other_cities=list(dict.fromkeys(cities[slug] for slug in cities if slug in others)),
        city_withheld=city_withheld,
        reserved=documents.reserved_in(peer_part),
    )
    return Record(content, reader)


def _terms(name: str, slugs: Iterable[str]) -> list[Term]:
    vocabulary = FIELDS_BY_NAME[name].vocabulary
    if vocabulary is None:
        return []
    found = vocabulary._default_manager.filter(slug__in=list(slugs)).select_related("merged_into")
    return list(dict.fromkeys(term.merged_into or term for term in found if isinstance(term, Term)))


def has_notes_for_peers(practice: Practice) -> bool:
    """Whether there is more to read for peers, asked of the database: the public's page reads not a word of it."""
    says = ~Q(contact="") | ~Q(discreet_details="")
    for name in KEPT_FOR_PEERS:
        says |= Q(**{f"fields__{name}__isnull": False}) & ~Q(**{f"fields__{name}": {}}) & ~Q(**{f"fields__{name}": []})
    return PeerNote.objects.filter(says, practice=practice).exists()
