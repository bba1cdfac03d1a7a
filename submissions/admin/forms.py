"""What a moderator writes."""

from datetime import date, timedelta
from math import ceil
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from practices.choices import EvidenceLevel
from submissions.choices import Action, ChangesKind, Status
from submissions.models import Reason, Submission
from submissions.services.reasons import reasons_for, text_in

# The moderators' part of the table, in the order in which the page offers it.
MODERATOR_ACTIONS = (
    Action.CLAIM,
    Action.APPROVE,
    Action.SCHEDULE,
    Action.ENDORSE,
    Action.DISAGREE,
    Action.REQUEST_CHANGES,
    Action.REJECT,
    Action.RETURN,
    Action.RELEASE,
    Action.UNSCHEDULE,
    Action.TAKE_BACK,
    Action.REOPEN,
)
# Those that need the moderators' assessment, and a fresh sign-in: they lead to publication.
APPROVALS = (Action.APPROVE, Action.SCHEDULE, Action.ENDORSE)
# Those about which moderators write to each other.
AMONG_COLLEAGUES = (Action.ENDORSE, Action.DISAGREE)
LONGEST_NOTE = 5000


class DecisionForm(forms.Form):
    """One action, with the version of the record that the moderator saw. The note is a message in the language of the
    officer; `reasons` are put into it by a button of their own."""

    action = forms.ChoiceField(choices=[(action.value, action.label) for action in MODERATOR_ACTIONS])
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    evidence_level = forms.ChoiceField(label=_("Evidence level"), choices=EvidenceLevel.choices, required=False)
    reasons: "forms.ModelMultipleChoiceField[Reason]" = forms.ModelMultipleChoiceField(
        label=_("From the library of reasons"),
        queryset=Reason.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text=_("Goes to the officer, who reads it in the mail, and to nobody else."),
    )
    changes_kind = forms.ChoiceField(
        label=_("How much is asked"), choices=ChangesKind.choices, required=False, widget=forms.RadioSelect
    )
    due_on = forms.DateField(
        label=_("Answer hoped for by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The officer reads it in the mail. Nothing happens by itself on that day."),
    )
    colleague_note = forms.CharField(
        label=_("To your colleagues"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("Kept among the notes to colleagues. The officer does not see it."),
    )

    def __init__(self, *args: Any, submission: Submission, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.submission = submission
        self.language = submission.submitter.language
        self.fields["note"].widget.attrs["lang"] = self.language
        reasons: Any = self.fields["reasons"]
        reasons.queryset = reasons_for(submission.status)

    def clean_due_on(self) -> date | None:
        day = self.cleaned_data["due_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("Choose a day that is not over."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        action = str(cleaned.get("action"))
        assessed = action in APPROVALS and self.submission.status != Status.ENDORSED
        if assessed and "evidence_level" not in self.errors and not cleaned.get("evidence_level"):
            self.add_error("evidence_level", _("Choose the evidence level."))
        if action in AMONG_COLLEAGUES and cleaned.get("note"):
            self.add_error("note", _("The officer is told nothing yet. Write to your colleagues below, or nothing."))
        return cleaned

    def with_reasons(self) -> "DecisionForm":
        """The same form, with the chosen reasons in the officer's language below what the note says already."""
        self.is_valid()
        chosen = self.cleaned_data.get("reasons") or []
        note = self.data.get("note", "")
        texts = [text for text in (text_in(reason, self.language) for reason in chosen) if text not in note]
        data = self.data.copy()
        data["note"] = "\n\n".join([part for part in [note.strip(), *texts] if part])
        typed = {name: data.get(name, "") for name in self.fields if name != "reasons"}
        return DecisionForm(initial=typed, submission=self.submission)


def first_decision(submission: Submission, *, evidence_level: str) -> DecisionForm:
    """The form as it is offered; after a decision that was taken back, with the words that it had. Those of a merger
    belong to another page."""
    last = list(submission.events.of_the_table().order_by("-pk")[:2])
    undone = len(last) == 2 and last[0].action == Action.TAKE_BACK and last[1].action != Action.MERGE
    initial = {
        "note": last[1].note if undone else "",
        "version": submission.version,
        "evidence_level": evidence_level,
        "changes_kind": submission.changes_kind or ChangesKind.MAJOR,
        "due_on": submission.due_on or timezone.localdate() + timedelta(days=ceil(settings.REVIEW_DAYS * 7 / 5)),
    }
    return DecisionForm(initial=initial, submission=submission)


class RemarkForm(forms.Form):
    """What is asked at one field."""

    path = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Remark"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Write the remark.")},
    )
