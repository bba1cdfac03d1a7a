"""Why a city takes its practice back."""

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_REASON = 2000


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_(
            "Whoever could read the practice reads this reason at its address. Write nothing that puts anyone at risk."
        ),
        error_messages={"required": _("Write the reason.")},
    )
    sure = forms.BooleanField(
        label=_("Yes, take it from the registry now"),
        error_messages={"required": _("Tick this to confirm.")},
    )
