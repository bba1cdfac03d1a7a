"""Saying that one works for a city, and how the moderators can check it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cities.models import City
from submissions.forms.nomination import cities_by_name

LONGEST_EVIDENCE = 1000


class MembershipForm(forms.Form):
    """Asks the moderators, for the first time or anew."""

    use_required_attribute = False

    city = forms.ChoiceField(label=_("City"), error_messages={"required": _("Choose your city.")})
    evidence = forms.CharField(
        label=_("How can we check that you work for the city?"),
        required=False,
        max_length=LONGEST_EVIDENCE,
        help_text=_(
            "For example: a page of the city that names you, the number of its switchboard, or a colleague whom we "
            "know. Only the moderators read it."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # Our components read facts from the fields that Django's classes do not know.
        fields: dict[str, Any] = self.fields
        fields["city"].choices = [("", _("Choose a city")), *cities_by_name()]
        fields["evidence"].optional = True

    def clean_city(self) -> City:
        return City.objects.get(slug=self.cleaned_data["city"])
