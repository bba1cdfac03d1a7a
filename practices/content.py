"""The document: which fields a practice has, said once.

Drafts, submissions, versions, forms, diffs, the import, the API and the moderators' comparison are made from `FIELDS`.
A document is plain JSON. Translatable fields are objects of language to text, vocabulary terms and cities are slugs:

    {"original_language": "nl", "title": {"nl": "…", "en": "…"}, "provenance": {"nl": "original", "en": "machine"},
     "lead_city": "ghent", "service_areas": ["shelter"], "start_year": 2019, "sources": [{"citation": "…"}], …}

A draft's document may miss anything and hold what is not valid yet; `practices.validation.problems` says what is wrong.
To add a field: a line here, a column or row model with its migration, and the six translations of its label and hint.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from practices.choices import Depth, EvidenceLevel, Firewall, OperationStatus, Visibility
from practices.models import Approach, Practice, ServiceArea, TargetGroup
from practices.querysets import visible_levels


class Kind(StrEnum):
    """What a field holds in the document, and so how it is entered, compared and shown."""

    LINE = "line"  # a short text
    TEXT = "text"  # a long text
    CODE = "code"  # one of `choices`
    YEAR = "year"  # a whole number or null
    FLAG = "flag"  # true or false
    CITY = "city"  # a city's slug
    CITIES = "cities"  # slugs of cities
    TERMS = "terms"  # slugs of `vocabulary`, or names of `RESERVABLE` fields where there is none
    ROWS = "rows"  # objects with `columns`


class Section(models.TextChoices):
    """The steps of the form, in order; the value stands in the address."""

    BRIEF = "brief", _("The practice in brief")
    DESCRIPTION = "description", _("What the city does")
    ACCESS = "access", _("Who may use it")
    LAW = "law", _("Law and data protection")
    RESULTS = "results", _("Cost and results")
    SOURCES = "sources", _("Sources")
    SHARING = "sharing", _("Who sees what")

    @property
    def fields(self) -> "tuple[Field, ...]":
        """The fields that this step asks."""
        return fields_of(self)


class Audience(StrEnum):
    """Who may read a field of a practice that they may see."""

    EVERYONE = "everyone"
    PEERS = "peers"


NOT_KNOWN = _("Not known to the city")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One entry of a row, for fields of kind `ROWS`. A translatable column holds an object of language to text."""

    name: str
    label: str | Promise
    kind: Kind = Kind.LINE
    max_length: int = 300
    required: bool = False
    is_url: bool = False
    translatable: bool = False
    # Filled by the import only; the form does not ask for it but keeps it.
    in_form: bool = True


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of the document."""

    name: str
    kind: Kind
    label: str | Promise
    hint: str | Promise = ""
    # None: not asked from officers, given by moderators.
    section: Section | None
    translatable: bool = False
    audience: Audience = Audience.EVERYONE
    # Needed before a submission can be sent.
    required: bool = False
    # Characters, for texts.
    max_length: int = 0
    # What the form counts to, where longer texts are taken too.
    asked_length: int = 0
    choices: type[models.TextChoices] | None = None
    # The code that stands for "not stated", for coded fields.
    default: Any = None
    vocabulary: type[models.Model] | None = None
    columns: tuple[Column, ...] = ()
    # Says where the practice is: hidden from the public where the city is withheld.
    locates: bool = False
    # The city may answer that it does not know, which is not the same as saying nothing.
    may_be_unknown: bool = False
    # What that answer is called, where it has a name of its own.
    unknown_label: str | Promise = NOT_KNOWN
    # The city may keep it for verified officers, by naming it in `peers_only`.
    may_be_peers_only: bool = False

    @property
    def empty(self) -> Any:
        """The value of a field that nobody has filled."""
        if self.translatable:
            return {}
        if self.kind in (Kind.CITIES, Kind.TERMS, Kind.ROWS):
            return []
        if self.kind is Kind.FLAG:
            return False
        if self.kind is Kind.YEAR:
            return None
        return self.default if self.default is not None else ""


FIELDS: tuple[Field, ...] = (
    # In brief
    Field(
        name="title",
        kind=Kind.LINE,
        section=Section.BRIEF,
        translatable=True,
        required=True,
        max_length=200,
        label=_("Title"),
        hint=_("Say what it is and where, as you would to a colleague: “Night shelter without identity checks in …”."),
    ),
    Field(
        name="summary",
        kind=Kind.TEXT,
        section=Section.BRIEF,
        translatable=True,
        required=True,
        # Older registries have longer ones, which are kept.
        max_length=4000,
        asked_length=900,
        label=_("Summary"),
        hint=_("Two or three sentences: what the city does, for whom, and what is special about it."),
    ),
    Field(
        name="lead_city",
        kind=Kind.CITY,
        section=Section.BRIEF,
        required=True,
        locates=True,
        label=_("City"),
        hint=_("The municipality that runs or leads the practice."),
    ),
    Field(
        name="other_cities",
        kind=Kind.CITIES,
        section=Section.BRIEF,
        locates=True,
        label=_("Other cities"),
        hint=_("Municipalities that run it together with yours, if any."),
    ),
    Field(
        name="service_areas",
        kind=Kind.TERMS,
        section=Section.BRIEF,
        required=True,
        vocabulary=ServiceArea,
        label=_("Service areas"),
        hint=_("Choose all that apply, the most important at least."),
    ),
    # What the city does
    Field(
        name="description",
        kind=Kind.TEXT,
        section=Section.DESCRIPTION,
        translatable=True,
        max_length=6000,
        label=_("Description"),
        hint=_(
            "Which problem did the city meet, what does it do about it, and who is it for? How does it work day to day?"
        ),
    ),
    Field(
        name="approaches",
        kind=Kind.TERMS,
        section=Section.DESCRIPTION,
        vocabulary=Approach,
        label=_("Approach"),
        hint=_("How the city goes about it."),
    ),
    Field(
        name="operation_status",
        kind=Kind.CODE,
        section=Section.DESCRIPTION,
        choices=OperationStatus,
        default=OperationStatus.UNKNOWN,
        label=_("Status of the practice"),
    ),
    Field(
        name="start_year",
        kind=Kind.YEAR,
        section=Section.DESCRIPTION,
        label=_("Year of the start"),
        hint=_("Four digits, for example 2019. Leave it empty if you do not know."),
    ),
    Field(
        name="end_year",
        kind=Kind.YEAR,
        section=Section.DESCRIPTION,
        label=_("Year of the end"),
        hint=_("Only if it has ended."),
    ),
    Field(
        name="partners",
        kind=Kind.ROWS,
        section=Section.DESCRIPTION,
        may_be_peers_only=True,
        label=_("Partners"),
        hint=_("Organisations, not persons."),
        columns=(
            Column(name="name", label=_("Organisation"), required=True),
            Column(name="role", label=_("What it does")),
        ),
    ),
    Field(
        name="milestones",
        kind=Kind.ROWS,
        section=Section.DESCRIPTION,
        label=_("Milestones"),
        hint=_("Turning points: a decision, an extension, a change of the law."),
        columns=(
            Column(name="year", label=_("Year"), kind=Kind.YEAR, required=True),
            Column(name="text", label=_("What happened"), required=True, translatable=True),
        ),
    ),
    # Who may use it
    Field(
        name="target_groups",
        kind=Kind.TERMS,
        section=Section.ACCESS,
        vocabulary=TargetGroup,
        label=_("For whom"),
        hint=_("Choose all groups that the practice is meant for."),
    ),
    Field(
        name="access_conditions",
        kind=Kind.TEXT,
        section=Section.ACCESS,
        translatable=True,
        max_length=2000,
        may_be_unknown=True,
        may_be_peers_only=True,
        label=_("Access conditions"),
        hint=_("Who may use it, what must they show or say, and what does it cost them?"),
    ),
    # Law and data protection
    Field(
        name="legal_basis",
        kind=Kind.TEXT,
        section=Section.LAW,
        translatable=True,
        max_length=2000,
        may_be_unknown=True,
        may_be_peers_only=True,
        label=_("Legal basis"),
        hint=_("Which law, decision or mandate lets the city do this? One or two sentences."),
    ),
    Field(
        name="firewall",
        kind=Kind.CODE,
        section=Section.LAW,
        choices=Firewall,
        default=Firewall.UNKNOWN,
        label=_("Data firewall"),
        hint=_("Are people who use the service protected from their data reaching immigration enforcement?"),
    ),
    # Cost and results
    Field(
        name="funding",
        kind=Kind.TEXT,
        section=Section.RESULTS,
        translatable=True,
        max_length=2000,
        may_be_unknown=True,
        may_be_peers_only=True,
        label=_("Funding"),
        hint=_("Who pays, and how much a year if it may be said."),
    ),
    Field(
        name="evidence",
        kind=Kind.TEXT,
        section=Section.RESULTS,
        translatable=True,
        max_length=3000,
        may_be_unknown=True,
        unknown_label=pgettext_lazy("answer of a city", "Not measured"),
        may_be_peers_only=True,
        label=_("Results and evidence"),
        hint=_("What has changed, and how do you know? “Not measured” is an answer too."),
    ),
    Field(
        name="challenges",
        kind=Kind.TEXT,
        section=Section.RESULTS,
        translatable=True,
        max_length=3000,
        may_be_unknown=True,
        may_be_peers_only=True,
        label=_("Challenges"),
        hint=_("What was difficult or went wrong? Others learn most from this."),
    ),
    Field(
        name="transfer",
        kind=Kind.TEXT,
        section=Section.RESULTS,
        translatable=True,
        max_length=3000,
        may_be_unknown=True,
        may_be_peers_only=True,
        label=_("Potential for transfer"),
        hint=_("What would another city need, and what should it do differently?"),
    ),
    Field(
        name="depth",
        kind=Kind.CODE,
        section=Section.RESULTS,
        choices=Depth,
        default=Depth.UNKNOWN,
        label=_("Depth"),
        hint=_(
            "Does the measure change something for people (tangible), or does it above all take a stand (symbolic)?"
        ),
    ),
    # Sources
    Field(
        name="sources",
        kind=Kind.ROWS,
        section=Section.SOURCES,
        label=_("Sources"),
        hint=_("Decisions, reports, pages that show what you describe. One at least helps the moderators most."),
        columns=(
            Column(name="citation", label=_("Source"), kind=Kind.TEXT, max_length=1000, required=True),
            Column(name="url", label=_("Web address"), max_length=1000, is_url=True),
            Column(name="locator", label=_("Place in the document"), max_length=500),
            Column(name="document", label=_("Document"), max_length=500, in_form=False),
            Column(name="cited_citation", label=_("Work cited there"), max_length=1000, in_form=False),
            Column(name="cited_url", label=_("Address of that work"), max_length=1000, is_url=True, in_form=False),
        ),
    ),
    # Who sees what
    Field(
        name="visibility",
        kind=Kind.CODE,
        section=Section.SHARING,
        choices=Visibility,
        default=Visibility.PUBLIC,
        label=_("Who may see the practice"),
        hint=_("You can change this at any time."),
    ),
    Field(
        name="city_withheld",
        kind=Kind.FLAG,
        section=Section.SHARING,
        label=_("Do not name the city in public"),
        hint=_("The public then sees only a size class and a part of Europe. Verified officers still see the city."),
    ),
    Field(
        name="peers_only",
        kind=Kind.TERMS,
        section=Section.SHARING,
        audience=Audience.PEERS,
        label=_("Keep these parts for verified officers"),
        hint=_("The public then reads the practice without them. This counts for its earlier versions too."),
    ),
    Field(
        name="contact",
        kind=Kind.TEXT,
        section=Section.SHARING,
        audience=Audience.PEERS,
        max_length=500,
        label=_("Contact for colleagues"),
        hint=_("A department or functional mailbox. Only verified officers of other municipalities see it."),
    ),
    Field(
        name="discreet_details",
        kind=Kind.TEXT,
        section=Section.SHARING,
        audience=Audience.PEERS,
        max_length=3000,
        label=_("Discreet details"),
        hint=_("What colleagues should know and the public should not. Only verified officers see it."),
    ),
    # The moderators' assessment
    Field(
        name="evidence_level",
        kind=Kind.CODE,
        section=None,
        choices=EvidenceLevel,
        default=EvidenceLevel.DESCRIBED,
        label=_("Evidence level"),
    ),
)

FIELDS_BY_NAME = {field.name: field for field in FIELDS}
TRANSLATABLE = tuple(field for field in FIELDS if field.translatable)
PEER_FIELDS = tuple(field for field in FIELDS if field.audience is Audience.PEERS)
# What a city may keep for verified officers. Their values then stand where contact and discreet details stand.
RESERVABLE = tuple(field for field in FIELDS if field.may_be_peers_only)
UNKNOWABLE = tuple(field for field in FIELDS if field.may_be_unknown)
# The document's own frame: the language it was written in, where each language's text comes from, and the names of the
# fields to which the city answers that it does not know, in the order of the form.
FRAME = ("original_language", "provenance", "unknown")


def fields_of(section: Section | None) -> tuple[Field, ...]:
    return tuple(field for field in FIELDS if field.section == section)


def empty_document(*, language: str) -> dict[str, Any]:
    """A document that says nothing yet, written in `language`."""
    return {
        "original_language": language,
        "provenance": {},
        "unknown": [],
        **{field.name: field.empty for field in FIELDS},
    }


def languages_of(document: dict[str, Any]) -> Iterator[str]:
    """The languages in which the document has any text, in the interface's order."""
    for language in settings.LANGUAGE_CODES:
        if any((document.get(field.name) or {}).get(language) for field in TRANSLATABLE):
            yield language


def visible_fields(user, practice: Practice) -> tuple[Field, ...]:
    """The fields of a practice that a person may read, given that they may see the practice at all.

    Peers' fields for peers and moderators; where the city is withheld, the fields that name it for them only. Fields
    that this city keeps for peers are among everyone's: for whoever reads without peers' fields they are empty.
    """
    trusted = Visibility.PEERS in visible_levels(user)
    return readable_fields(trusted=trusted, city_withheld=practice.city_withheld)


def readable_fields(*, trusted: bool, city_withheld: bool) -> tuple[Field, ...]:
    """`visible_fields` for callers that already know the reader's circle and ask for many practices."""
    return tuple(
        field
        for field in FIELDS
        if trusted or not (field.audience is Audience.PEERS or (field.locates and city_withheld))
    )
