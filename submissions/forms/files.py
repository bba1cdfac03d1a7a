"""The file of an upload, checked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from submissions.files import CheckedFile, RefusedFileError, check


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Add a file"),
        help_text=_("PDF, ODT, DOCX, JPEG or PNG, at most 10 MB. Pictures lose the place and time stored in them."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.odt,.docx,.jpg,.jpeg,.png"}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )
    credit = forms.CharField(
        label=_("Who made it"), max_length=200, required=False, help_text=_("For example the name of a department.")
    )
    alternative_text = forms.CharField(
        label=_("What a picture shows"),
        max_length=300,
        required=False,
        help_text=_("For people who cannot see it."),
    )

    checked: CheckedFile

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name in ("credit", "alternative_text"):
            # Read by the field's component.
            fields[name].optional = True

    def clean_file(self):
        upload = self.cleaned_data["file"]
        try:
            self.checked = check(upload)
        except RefusedFileError as refused:
            raise forms.ValidationError(str(refused.reason)) from refused
        return upload
