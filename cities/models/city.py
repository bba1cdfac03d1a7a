"""Municipalities and the people who speak for them."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from cities.choices import CmiseRole, MembershipRole, Region, SizeClass
from cities.models.vocabulary import Typology
from cities.querysets import MembershipQuerySet, MergeableQuerySet

SIZE_BOUNDS = [(20_000, SizeClass.VILLAGE), (100_000, SizeClass.TOWN), (500_000, SizeClass.CITY)]
REGION_COUNTRIES = {
    Region.NORTH: "DK EE FI IS IE LV LT NO SE GB",
    Region.WEST: "AT BE FR DE LI LU MC NL CH",
    Region.SOUTH: "AL AD BA HR CY GR IT MT ME MK PT SM RS SI ES VA XK",
    Region.EAST: "BY BG CZ HU MD PL RO SK UA",
}
REGION_OF = {country: region for region, countries in REGION_COUNTRIES.items() for country in countries.split()}


class City(models.Model):
    """A municipality. Names per language; figures and coordinates from GeoNames where it has them."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    country = CountryField(_("country"))
    latitude = models.FloatField(_("latitude"), help_text=_("Decimal degrees, WGS 84."))
    longitude = models.FloatField(_("longitude"), help_text=_("Decimal degrees, WGS 84."))
    population = models.PositiveIntegerField(_("inhabitants"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(_("year of the figure"), null=True, blank=True)
    geonames_id = models.PositiveIntegerField(_("GeoNames id"), null=True, blank=True, unique=True)

    # Place in the initiative
    cmise_role = models.CharField(_("role in C-MISE"), max_length=10, choices=CmiseRole.choices, blank=True)
    cmise_role_source = models.JSONField(_("source of the role"), default=dict, blank=True)
    typologies = models.ManyToManyField(
        Typology, verbose_name=_("types of locality"), blank=True, related_name="cities"
    )
    typologies_source = models.JSONField(_("source of the type"), default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)
    sources = models.JSONField(
        _("sources"), default=list, blank=True, help_text=_("A list of objects with document and locator.")
    )
    # The part of an e-mail address behind the @ that belongs to this municipality's staff.
    mail_domains = models.JSONField(_("mail domains"), default=list, blank=True)
    # A duplicate that was merged keeps its slug, so that links and old versions still name something.
    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged into"), on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )

    objects = MergeableQuerySet.as_manager()

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="cities_city_coordinates_on_earth",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("pk")),
                name="cities_city_not_merged_into_itself",
            ),
        ]

    def __str__(self):
        return self.name or self.slug

    def get_absolute_url(self):
        return reverse("city-detail", args=[self.slug])

    @property
    def size_class(self) -> SizeClass:
        """What may be said of a withheld city's size."""
        if self.population is None:
            return SizeClass.UNKNOWN
        return next((size for bound, size in SIZE_BOUNDS if self.population < bound), SizeClass.METROPOLIS)

    @property
    def region(self) -> Region:
        """What may be said of a withheld city's place."""
        return REGION_OF.get(str(self.country), Region.OTHER)


class Membership(models.Model):
    """That a person speaks for a city. Counts only once a moderator verified it, and only until it ends."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="memberships"
    )
    city = models.ForeignKey(City, verbose_name=_("city"), on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=MembershipRole.choices, default=MembershipRole.OFFICER)
    evidence = models.TextField(_("how we know"), blank=True)
    requested_at = models.DateTimeField(_("asked for"), default=timezone.now)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("verified by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    # When the person was told that it ends soon.
    end_told_at = models.DateTimeField(_("told of the end"), null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "city"],
                name="cities_membership_once",
                violation_error_message=_("This person has asked for this city already."),
            ),
            models.CheckConstraint(
                condition=models.Q(verified_by=None, verified_at=None, valid_until=None)
                | models.Q(verified_by__isnull=False, verified_at__isnull=False, valid_until__isnull=False),
                name="cities_membership_verified_by_at_until",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gt=models.F("verified_at")),
                name="cities_membership_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(verified_by=None) | ~models.Q(verified_by=models.F("user")),
                name="cities_membership_not_verified_by_oneself",
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.city}"

    @property
    def is_valid(self) -> bool:
        """As `MembershipQuerySet.valid`, for a row at hand."""
        return self.valid_until is not None and self.valid_until > timezone.now()


class MembershipEvent(models.Model):
    """The log of who may speak for a city: who decided what, when and on what ground. Rows are only ever added."""

    class Action(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("membership", "Asked for")
        VERIFIED = "verified", pgettext_lazy("membership", "Verified")
        REVOKED = "revoked", pgettext_lazy("membership", "Revoked")
        END_TOLD = "end_told", pgettext_lazy("membership", "Told that it ends soon")
        MOVED = "moved", pgettext_lazy("membership", "Moved to the merged city")

    # Kept when the person or the city is gone.
    membership = models.ForeignKey(
        Membership, verbose_name=_("membership"), on_delete=models.SET_NULL, null=True, related_name="events"
    )
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("time"), default=timezone.now)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("decision on a membership")
        verbose_name_plural = _("decisions on memberships")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_action_display()} {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("The log is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The log is never shortened.")
