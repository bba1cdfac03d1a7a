"""What a moderator writes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from practices.choices import EvidenceLevel
from submissions.choices import Action

# The moderators' part of the table, in the order in which the page offers it.
MODERATOR_ACTIONS = (
    Action.CLAIM,
    Action.APPROVE,
    Action.SCHEDULE,
    Action.REQUEST_CHANGES,
    Action.REJECT,
    Action.RELEASE,
    Action.UNSCHEDULE,
    Action.REOPEN,
)
# Those that need the moderators' assessment.
APPROVALS = (Action.APPROVE, Action.SCHEDULE)


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
            "Goes to the officer, who reads it in the mail, and to nobody else. Write in the officer’s language where "
            "you can."
        ),
    )

    def clean(self):
        cleaned = super().clean()
        if str(cleaned.get("action")) in [action.value for action in APPROVALS] and not cleaned.get("evidence_level"):
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
