"""Sign-in on one page: with a password, or without one by a code."""

from allauth.account import forms as allauth_forms
from django.utils.translation import gettext_lazy as _


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
