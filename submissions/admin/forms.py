"""What a moderator writes."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from practices.choices import EvidenceLevel
from practices.models import PracticeVersion
from submissions.choices import Action

# The moderators' part of the table, in the order in which the page offers it.
MODERATOR_ACTIONS = (
    Action.CLAIM,
    Action.APPROVE,
    Action.REQUEST_CHANGES,
    Action.REJECT,
    Action.RELEASE,
    Action.REOPEN,
)
VERSION_NOTE_LENGTH: int = PracticeVersion._meta.get_field("note").max_length or 0


class DecisionForm(forms.Form):
    """One action, with the version of the record that the moderator saw."""

    action = forms.ChoiceField(choices=[(action.value, action.label) for action in MODERATOR_ACTIONS])
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    evidence_level = forms.ChoiceField(label=_("Evidence level"), choices=EvidenceLevel.choices, required=False)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_(
            "Goes to the officer, who reads it in the mail. Write in the officer’s language where you can. With an "
            "approval it also stands in the practice’s history as what changed."
        ),
    )

    def clean(self):
        cleaned = super().clean()
        approves = cleaned.get("action") == Action.APPROVE
        if approves and len(cleaned.get("note", "")) > VERSION_NOTE_LENGTH:
            message = ngettext_lazy(
                "With an approval the note may have at most %(limit)d character.",
                "With an approval the note may have at most %(limit)d characters.",
                VERSION_NOTE_LENGTH,
            )
            self.add_error("note", message % {"limit": VERSION_NOTE_LENGTH})
        if approves and not cleaned.get("evidence_level"):
            self.add_error("evidence_level", _("Choose the evidence level."))
        return cleaned


class RemarkForm(forms.Form):
    """What is asked at one field."""

    path = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Remark"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Write the remark.")},
    )
