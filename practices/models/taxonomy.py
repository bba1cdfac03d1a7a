"""The vocabularies that classify a practice."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import Term


class ServiceArea(Term):
    """An area of municipal service: the main facet."""

    class Meta(Term.Meta):
        verbose_name = _("service area")
        verbose_name_plural = _("service areas")

    def get_absolute_url(self):
        return reverse("area-detail", args=[self.slug])


class TargetGroup(Term):
    class Meta(Term.Meta):
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")


class Approach(Term):
    class Meta(Term.Meta):
        verbose_name = _("approach")
        verbose_name_plural = _("approaches")
