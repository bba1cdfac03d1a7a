"""The two questions before a draft exists."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from submissions.steps import SHORT

FULL = "full"


class StartForm(forms.Form):
    language = forms.ChoiceField(
        label=_("In which language do you write?"),
        help_text=_("One is enough: the one you write best. Translations are made later and marked as such."),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the language in which you write."),
            "invalid_choice": _("Choose one of the seven languages."),
        },
    )
    # Whoever does not choose comes to the list of all parts, where both forms stand.
    depth = forms.ChoiceField(
        label=_("How much do you want to say now?"),
        help_text=_("You can go from one to the other at any time; everything is kept."),
        choices=[(SHORT.value, _("Short, about 10 minutes")), (FULL, _("Full, about 40 minutes"))],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Choose the short or the full form.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        depth: Any = self.fields["depth"]
        # Read by the field's component.
        depth.option_hints = {
            SHORT.value: _("What, where, for whom, one paragraph and whom to ask. It can be sent like that."),
            FULL: _("Also how it works, the law, cost, results and what went wrong: what other cities ask about."),
        }
