"""The upload of a filled-in document, read."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from submissions.files import RefusedFileError, check
from submissions.forms.answers import language_name
from submissions.questionnaire.read import Reading, read
from submissions.questionnaire.text import UnreadableError


class FilledDocumentForm(forms.Form):
    """`language`: the one that the draft is written in; None: any of the seven."""

    document = forms.FileField(
        label=_("The filled-in document"),
        help_text=_("DOCX or ODT, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".docx,.odt"}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )

    reading: Reading

    def __init__(self, *args: Any, language: str | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.language = language

    def clean_document(self):
        upload = self.cleaned_data["document"]
        try:
            self.reading = read(check(upload))
        except RefusedFileError as refused:
            raise forms.ValidationError(str(refused.reason)) from refused
        except UnreadableError as unreadable:
            raise forms.ValidationError(
                _("None of our questions is in this document. Upload the document that you downloaded here.")
            ) from unreadable
        if self.language is not None and self.reading.language != self.language:
            raise forms.ValidationError(
                _("This document is in %(document)s, and the draft is written in %(draft)s.")
                % {"document": language_name(self.reading.language), "draft": language_name(self.language)}
            )
        return upload
