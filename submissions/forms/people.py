"""Whom an officer asks: to write along, or to agree."""

from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from submissions.choices import Answer

MAX_NOTE = 1000
MAX_COMMENT = 4000
ADDRESS_ERRORS = {
    "required": _("Write the e-mail address."),
    "invalid": _("Write a full e-mail address, for example name@city.example."),
}


def _address_field(label, help_text) -> forms.EmailField:
    return forms.EmailField(
        label=label,
        help_text=help_text,
        max_length=254,
        error_messages=ADDRESS_ERRORS,
        validators=[EmailValidator(message=ADDRESS_ERRORS["invalid"])],
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class InvitationForm(forms.Form):
    """The address of somebody who writes along. It is bound to the invitation."""

    prefix = "invite"
    email = _address_field(
        _("E-mail address"),
        _("They sign in with exactly this address. The link works once, for 14 days."),
    )


class SignOffForm(forms.Form):
    """Who is asked to agree, with a word to them."""

    prefix = "ask"
    email = _address_field(
        _("E-mail address"),
        _("They need no account. They read the text as it is now, with its translations. The link works for 30 days."),
    )
    note = forms.CharField(
        label=_("A word to them"),
        required=False,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("It stands in the mail, and nowhere else."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        # Read by the field's component.
        fields["note"].optional = True


class AnswerForm(forms.Form):
    """What a superior says to a text. One answer, which cannot be changed."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (Answer.APPROVED.value, _("I agree with this text")),
            (Answer.COMMENTED.value, _("I have a comment")),
            (Answer.REFUSED.value, _("I do not agree")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers."), "invalid_choice": _("Choose one of the answers.")},
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_("The people who wrote the text and the moderators read it. It is never public."),
    )

    def clean(self):
        cleaned = super().clean()
        assert cleaned is not None  # noqa: S101 - the type of a form's clean() allows for one that returns nothing
        if cleaned.get("answer") in (Answer.COMMENTED.value, Answer.REFUSED.value) and not cleaned.get("comment"):
            self.add_error("comment", _("Write what you would change, or why you do not agree."))
        return cleaned
