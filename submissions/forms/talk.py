"""What people write to each other about a submission: a message of the conversation, a moderator's note."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 4000


class TalkText(forms.CharField):
    """A text of some lines, with the line ends of the registry whatever the browser sends."""

    def __init__(self, **kwargs: Any):
        super().__init__(
            **kwargs,
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
            error_messages={"required": _("Write something first.")},
        )

    def widget_attrs(self, widget):
        """Without `maxlength`: the browser would cut off what is too long without a word."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value):
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class MessageForm(forms.Form):
    text = TalkText(
        label=_("Your message"),
        help_text=_("The other side gets a mail with it. Write nothing that must not stand in a mail."),
    )


class NoteForm(forms.Form):
    text = TalkText(
        label=_("Your note"), help_text=_("Moderators read it here; officers never do, and no mail goes out.")
    )
