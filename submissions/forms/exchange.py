"""Choosing what leaves for translators' tools, and the upload of what comes back."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from submissions.xliff import MAX_BYTES, TOO_LARGE, Returned, UnreadableXliffError, read


class ExportForm(forms.Form):
    to = forms.ChoiceField(label=_("Into"), choices=settings.LANGUAGES)
    texts = forms.ChoiceField(
        label=_("Texts"),
        choices=[("needed", _("What needs work")), ("all", _("All texts"))],
        initial="needed",
    )


class UploadForm(forms.Form):
    """`units`: what was read of the file."""

    file = forms.FileField(
        label=_("The XLIFF file"),
        help_text=_("XLIFF 1.2 as your tool saved it, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlf,.xliff,.xml", "aria-describedby": "id_file_helptext"}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )

    units: list[Returned]

    def clean_file(self):
        upload = self.cleaned_data["file"]
        try:
            # Of a file that is larger than any upload may be, nothing was kept but its size.
            if upload.size > MAX_BYTES:
                raise UnreadableXliffError(TOO_LARGE)
            self.units = read(upload.read())
        except UnreadableXliffError as unreadable:
            raise forms.ValidationError(str(unreadable.reason)) from unreadable
        return upload
