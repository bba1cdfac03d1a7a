"""Terms that are listed, translated and linked to by their slug."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cities.querysets import MergeableQuerySet


class Term(models.Model):
    """One term of a vocabulary. The slug stands in addresses and exports and never changes its meaning."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    label = models.CharField(_("label"), max_length=120)
    definition = models.TextField(_("definition"), blank=True)
    synonyms = models.TextField(
        _("synonyms"), blank=True, help_text=_("One a line. The search finds practices by them.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    # A term that was merged keeps its slug, so that links and old versions still name something.
    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged into"), on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )

    objects = MergeableQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "slug"]

    def __str__(self):
        return self.label or self.slug


class Typology(Term):
    """A type of locality, after the MPI Europe-IOM report of 2020."""

    class Meta(Term.Meta):
        verbose_name = _("type of locality")
        verbose_name_plural = _("types of locality")
