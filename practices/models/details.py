"""What belongs to one practice and comes in rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from practices.models.practice import FIRST_YEAR, LAST_YEAR, Practice


class Row(models.Model):
    """Rows keep the order in which they were written."""

    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["order", "pk"]


class Partner(Row):
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="partners")
    name = models.CharField(_("name"), max_length=300)
    role = models.CharField(_("role"), max_length=300, blank=True)

    class Meta(Row.Meta):
        verbose_name = _("partner")
        verbose_name_plural = _("partners")

    def __str__(self):
        return self.name


class Source(Row):
    """Where a statement comes from. `cited_citation` is a work that the source cites and that nobody here read."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="sources")
    document = models.TextField(_("document"), blank=True)
    citation = models.TextField(_("citation"))
    url = models.URLField(_("address"), max_length=1000, blank=True)
    locator = models.TextField(_("place in the document"), blank=True)
    cited_citation = models.TextField(_("work cited there"), blank=True)
    cited_url = models.URLField(_("its address"), max_length=1000, blank=True)

    class Meta(Row.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self):
        return self.citation


class Milestone(Row):
    """A turning point. `text` is an object of language to words."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="milestones")
    year = models.PositiveSmallIntegerField(_("year"))
    text = models.JSONField(_("what happened"), default=dict)

    class Meta(Row.Meta):
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(year__range=(FIRST_YEAR, LAST_YEAR)), name="practices_milestone_year_in_range"
            ),
        ]

    def __str__(self):
        return str(self.year)
