"""The published record. Its rows are written by `practices.services` alone, from a document."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import City
from practices.choices import Depth, EvidenceLevel, Firewall, OperationStatus, Provenance, Publication, Visibility
from practices.models.taxonomy import Approach, ServiceArea, TargetGroup
from practices.querysets import PracticeQuerySet

FIRST_YEAR = 1900
LAST_YEAR = 2100


@dataclass(frozen=True)
class Text:
    """A text as one reader gets it: the words, the language they are in, and where they come from."""

    value: str
    language: str
    provenance: str
    stale: bool = False

    def __bool__(self):
        return bool(self.value)


class Practice(models.Model):
    """What a municipality does. A row is always as the public, or the peers, may see it; review happens elsewhere."""

    # Identity
    number = models.PositiveIntegerField(_("number"), unique=True, editable=False)
    slug = models.SlugField(_("slug"), max_length=120, unique=True, allow_unicode=False)

    # Texts, a column per language (translation.py)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    description = models.TextField(_("description"), blank=True)
    access_conditions = models.TextField(_("access conditions"), blank=True)
    legal_basis = models.TextField(_("legal basis"), blank=True)
    funding = models.TextField(_("funding"), blank=True)
    evidence = models.TextField(_("results and evidence"), blank=True)
    challenges = models.TextField(_("challenges"), blank=True)
    transfer = models.TextField(_("potential for transfer"), blank=True)
    original_language = models.CharField(_("original language"), max_length=2, choices=settings.LANGUAGES)

    # Where
    lead_city = models.ForeignKey(
        City, verbose_name=_("lead city"), on_delete=models.PROTECT, related_name="led_practices"
    )
    other_cities = models.ManyToManyField(
        City, verbose_name=_("other cities"), blank=True, related_name="joined_practices"
    )
    city_withheld = models.BooleanField(_("city withheld"), default=False)

    # What and for whom
    service_areas = models.ManyToManyField(ServiceArea, verbose_name=_("service areas"), related_name="practices")
    target_groups = models.ManyToManyField(
        TargetGroup, verbose_name=_("target groups"), blank=True, related_name="practices"
    )
    approaches = models.ManyToManyField(Approach, verbose_name=_("approaches"), blank=True, related_name="practices")

    # Coded
    start_year = models.PositiveSmallIntegerField(_("start year"), null=True, blank=True)
    end_year = models.PositiveSmallIntegerField(_("end year"), null=True, blank=True)
    operation_status = models.CharField(
        _("status"), max_length=10, choices=OperationStatus.choices, default=OperationStatus.UNKNOWN
    )
    firewall = models.CharField(_("data firewall"), max_length=10, choices=Firewall.choices, default=Firewall.UNKNOWN)
    depth = models.CharField(_("depth"), max_length=10, choices=Depth.choices, default=Depth.UNKNOWN)
    evidence_level = models.CharField(
        _("evidence level"), max_length=12, choices=EvidenceLevel.choices, default=EvidenceLevel.DESCRIBED
    )
    # Names of fields to which the city answered that it does not know, or has not measured it.
    unknown = models.JSONField(_("not known"), default=list, blank=True)

    # Publication
    visibility = models.CharField(_("visible to"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC)
    publication = models.CharField(
        _("publication"), max_length=10, choices=Publication.choices, default=Publication.PUBLISHED
    )
    current_version = models.PositiveIntegerField(_("version"), default=1)
    published_at = models.DateTimeField(_("published"))
    updated_at = models.DateTimeField(_("updated"))
    confirmed_at = models.DateTimeField(_("confirmed by the city"), null=True, blank=True)
    # When the city was last asked whether the record is still right, and how often since it said so.
    confirmation_asked_at = models.DateTimeField(_("city asked"), null=True, blank=True)
    confirmation_requests = models.PositiveSmallIntegerField(_("times asked"), default=0)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("reason of the withdrawal"), blank=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_year=None)
                | models.Q(start_year=None)
                | models.Q(end_year__gte=models.F("start_year")),
                name="practices_practice_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=(
                    (models.Q(start_year=None) | models.Q(start_year__range=(FIRST_YEAR, LAST_YEAR)))
                    & (models.Q(end_year=None) | models.Q(end_year__range=(FIRST_YEAR, LAST_YEAR)))
                ),
                name="practices_practice_years_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(visibility__in=Visibility.values), name="practices_practice_visibility_known"
            ),
            models.CheckConstraint(
                condition=models.Q(publication=Publication.PUBLISHED, withdrawn_at=None)
                | models.Q(publication=Publication.WITHDRAWN, withdrawn_at__isnull=False),
                name="practices_practice_withdrawn_with_date",
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, current_version__gte=1), name="practices_practice_counts_from_one"
            ),
            models.CheckConstraint(
                condition=models.Q(original_language__in=settings.LANGUAGE_CODES),
                name="practices_practice_language_known",
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.text('title', self.original_language).value}"

    def get_absolute_url(self):
        return reverse("practice-detail", args=[self.slug])

    @property
    def reference(self) -> str:
        """The permanent name, e.g. CMISE-0042."""
        return reference_of(self.number)

    def provenance_in(self, language: str) -> "PracticeText | None":
        """The state of the text in a language, or None where there is no text. Reads the prefetched rows."""
        return next((state for state in self.texts.all() if state.language == language), None)

    def text(self, field: str, language: str) -> Text:
        """A field as a reader of `language` gets it: in that language, else in the original, else in any other.

        The only way texts are read: the bare attribute holds whatever language was active last.
        """
        others = [code for code in settings.LANGUAGE_CODES if code not in (language, self.original_language)]
        for candidate in (language, self.original_language, *others):
            value = getattr(self, f"{field}_{candidate}")
            if value:
                state = self.provenance_in(candidate)
                provenance = state.provenance if state else Provenance.ORIGINAL
                return Text(value, candidate, provenance, bool(state and state.stale))
        return Text("", self.original_language, Provenance.ORIGINAL)

    @property
    def languages(self) -> list[str]:
        """The languages that have a title, in the interface's order."""
        return [code for code in settings.LANGUAGE_CODES if getattr(self, f"title_{code}")]


def reference_of(number: int) -> str:
    """`CMISE-` and at least four digits."""
    return f"CMISE-{number:04d}"


class PracticeText(models.Model):
    """Per language: where the text comes from and whether the original has changed since."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    provenance = models.CharField(_("provenance"), max_length=10, choices=Provenance.choices)
    stale = models.BooleanField(_("stale"), default=False)
    # The version of the original that this text says the same as.
    source_version = models.PositiveIntegerField(_("version of the original"), default=1)

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = [
            models.UniqueConstraint(fields=["practice", "language"], name="practices_text_once_per_language"),
            models.UniqueConstraint(
                fields=["practice"],
                condition=models.Q(provenance=Provenance.ORIGINAL),
                name="practices_text_one_original",
            ),
            models.CheckConstraint(
                condition=~models.Q(provenance=Provenance.ORIGINAL, stale=True),
                name="practices_text_original_never_stale",
            ),
        ]

    def __str__(self):
        return f"{self.practice_id} {self.language}"


class FormerNumber(models.Model):
    """A reference that was given out and whose submission became part of another practice: it leads there."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="former_numbers")

    class Meta:
        verbose_name = _("former number")
        verbose_name_plural = _("former numbers")

    def __str__(self):
        return reference_of(self.number)


class Numbering(models.Model):
    """The one row that hands out practice numbers: bumping a row commits in order, a sequence does not."""

    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="practices_numbering_one_row")]
