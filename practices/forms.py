"""What officers write about each other's practices."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.forms import named_in_themselves
from cities.models import City
from practices.models import FIRST_YEAR

LONGEST_MESSAGE = 5000
LONGEST_ADAPTATION = 1500


def language_field() -> forms.ChoiceField:
    """In which language a text is written; the page's own until another is chosen."""
    return forms.ChoiceField(
        label=_("In which language do you write?"), choices=named_in_themselves, initial=lambda: get_language() or "en"
    )


class MessageForm(forms.Form):
    """A message to a colleague of another city."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        error_messages={"required": _("Write your message.")},
    )
    language = language_field()


class ReportForm(forms.Form):
    """What is wrong with a message."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("What is wrong with it?"),
        help_text=_("The moderators read this, the message and who sent it. Nobody else does."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={"required": _("Write in a few words what is wrong.")},
    )


class AdoptionForm(forms.Form):
    """That one's city adopted a practice, and what it changed."""

    use_required_attribute = False

    city = forms.ChoiceField(label=_("Your city"), error_messages={"required": _("Choose your city.")})
    year = forms.IntegerField(
        label=_("Since which year?"),
        required=False,
        min_value=FIRST_YEAR,
        error_messages={"invalid": _("Write the year in four digits.")},
    )
    text = forms.CharField(
        label=_("What did you take over, and what did you change?"),
        help_text=_("Whoever may see the practice reads this. Do not write names or details of people."),
        max_length=LONGEST_ADAPTATION,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"required": _("Write what your city took over and what it changed.")},
    )
    language = language_field()

    def __init__(self, *args: Any, cities: Sequence[City], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.cities = {city.slug: city for city in cities}
        # Our components read facts from the fields that Django's classes do not know.
        fields: dict[str, Any] = self.fields
        fields["city"].choices = [(city.slug, str(city)) for city in cities]
        fields["year"].optional = True

    def clean_city(self) -> City:
        return self.cities[self.cleaned_data["city"]]

    def clean_year(self) -> int | None:
        year: int | None = self.cleaned_data["year"]
        if year is not None and year > timezone.localdate().year:
            raise forms.ValidationError(_("Write a year that has begun."))
        return year
