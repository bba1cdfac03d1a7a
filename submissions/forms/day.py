"""The day before which a city does not want to be published."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Beyond this a slip of the year is likelier than a plan.
MAX_DAYS_AHEAD = 2 * 366


class DayForm(forms.Form):
    day = forms.DateField(
        label=_("Not before"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"],
        help_text=_("For example the day of a council’s decision or of a press conference. Leave it empty for no day."),
        error_messages={"invalid": _("Write the day as day/month/year, for example 31/03/2027.")},
    )

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day is None:
            return None
        today = timezone.localdate()
        if day <= today:
            raise forms.ValidationError(_("Choose a day in the future, or leave it empty."))
        if day > today + timedelta(days=MAX_DAYS_AHEAD):
            raise forms.ValidationError(_("Choose a day within the next two years."))
        return day
