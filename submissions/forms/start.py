"""The one question before a draft exists."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


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
