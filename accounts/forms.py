"""Sign-in on one page, with a password or by a code; and what a person chooses about their account."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class LoginForm(allauth_forms.LoginForm):
    """Asks for the address, and for a password that may stay empty: then a code is sent."""

    def _setup_password_field(self):
        # The library leaves the password out where signing up asks for none.
        password = self.fields["password"]
        password.required = False
        password.widget.is_required = False
        password.optional = True
        password.help_text = _("Leave it empty to get a code by e-mail instead.")
        self.fields["login"].label = _("E-mail address")


class PreferencesForm(forms.ModelForm):
    """What a person chooses about their account besides signing in."""

    class Meta:
        model = User
        fields = ["language", "name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        # Read by the field's component.
        fields["name"].optional = True
        fields["name"].help_text = _("Moderators see it. It is never public.")
        fields["language"].help_text = _("We write to you in it, and the registry opens in it.")
        fields["language"].choices = named_in_themselves()


def named_in_themselves() -> list[tuple[str, str]]:
    """The languages by the names that their own speakers know."""
    return [(code, get_language_info(code)["name_local"].capitalize()) for code in settings.LANGUAGE_CODES]
