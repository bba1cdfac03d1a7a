"""The file of an upload, checked; and what is said about a file."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from practices.choices import Visibility
from submissions.files import PICTURES, CheckedFile, Description, RefusedFileError, check
from submissions.models import SubmissionAttachment

LICENCES = ("CC BY 4.0", "CC BY-SA 4.0")
OWN_LICENCE = "own"
OPTIONAL = ("credit", "alternative_text", "licence_text")


class AboutFile(forms.Form):
    """The questions about a file, whatever it is."""

    credit = forms.CharField(
        label=_("Who made it"),
        max_length=200,
        required=False,
        help_text=_("For example the name of a department. Needed for a picture."),
    )
    alternative_text = forms.CharField(
        label=_("What a picture shows"),
        max_length=300,
        required=False,
        help_text=_("For people who cannot see it. Needed for a picture."),
    )
    licence = forms.ChoiceField(label=_("Licence"), required=False, widget=forms.RadioSelect)
    licence_text = forms.CharField(
        label=_("Another licence, in your words"),
        max_length=200,
        required=False,
        help_text=_("Only if you chose “another”."),
    )
    audience = forms.ChoiceField(
        label=_("Who may have the file"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Visibility.PUBLIC, _("Everyone who sees the practice")),
            (Visibility.PEERS, _("Only verified officers of municipalities")),
        ],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        questions: dict[str, Any] = self.fields
        for name in OPTIONAL:
            # Read by the field's component.
            questions[name].optional = True
        proposed = [settings.FILE_LICENCE] if settings.FILE_LICENCE else []
        named = [(name, name) for name in dict.fromkeys([*proposed, *LICENCES])]
        questions["licence"].choices = [
            *named[: len(proposed)],
            ("", _("None stated")),
            *named[len(proposed) :],
            (OWN_LICENCE, _("Another")),
        ]
        questions["licence"].initial = settings.FILE_LICENCE
        questions["audience"].initial = Visibility.PUBLIC

    def description(self) -> Description:
        """What was said, as far as it is valid."""
        said = self.cleaned_data
        licence = said.get("licence", "")
        return Description(
            credit=said.get("credit", ""),
            licence=said.get("licence_text", "") if licence == OWN_LICENCE else licence,
            alternative_text=said.get("alternative_text", ""),
            visibility=said.get("audience") or Visibility.PUBLIC,
        )


class UploadForm(AboutFile):
    """A file to add. What is missing about it does not lose it: the page about the file asks once more."""

    file = forms.FileField(
        label=_("Add a file"),
        help_text=_(
            "PDF, ODT, DOCX, JPEG or PNG, at most 10 MB. We take out what programs and cameras noted about people, "
            "places and times; what the text itself says stays."
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.odt,.docx,.jpg,.jpeg,.png"}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )
    field_order = ("file",)

    checked: CheckedFile | None = None

    def clean_file(self):
        upload = self.cleaned_data["file"]
        try:
            self.checked = check(upload)
        except RefusedFileError as refused:
            raise forms.ValidationError(str(refused.reason)) from refused
        return upload


class DescriptionForm(AboutFile):
    """What is said about a file that is kept already."""

    def __init__(self, data=None, *, attachment: SubmissionAttachment):
        named = (settings.FILE_LICENCE, "", *LICENCES)
        own = attachment.licence not in named
        super().__init__(
            data,
            initial={
                "credit": attachment.credit,
                "alternative_text": attachment.alternative_text,
                "licence": OWN_LICENCE if own else attachment.licence,
                "licence_text": attachment.licence if own else "",
                "audience": attachment.visibility,
            },
        )
        self.attachment = attachment
        questions: dict[str, Any] = self.fields
        for name in ("credit", "alternative_text"):
            questions[name].optional = attachment.content_type not in PICTURES

    def clean(self):
        said = super().clean() or self.cleaned_data
        if self.attachment.content_type in PICTURES:
            if not said.get("credit") and "credit" not in self.errors:
                self.add_error("credit", _("Say who made the picture."))
            if not said.get("alternative_text") and "alternative_text" not in self.errors:
                self.add_error("alternative_text", _("Say what the picture shows, for people who cannot see it."))
        if said.get("licence") == OWN_LICENCE and not said.get("licence_text") and "licence_text" not in self.errors:
            self.add_error("licence_text", _("Say which licence it is."))
        return said
