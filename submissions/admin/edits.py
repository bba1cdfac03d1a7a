"""The page on which a moderator corrects the texts of one field."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practices import document as documents
from practices.content import FIELDS_BY_NAME, Field, Kind
from practices.presentation.whole import language_name, text_pieces
from practices.services import InvalidDocumentError
from submissions.admin.record import WITHOUT_MENU, record_address
from submissions.models import ModeratorEdit, Submission
from submissions.services import ConflictError, NotAllowedError, NoteRequiredError
from submissions.services.moderator_edits import Texts, edit_texts, may_edit, texts_to_edit

CONFLICT = 409
LONGEST_REASON = ModeratorEdit._meta.get_field("reason").max_length
VERSION, REASON = "version", "reason"


class EditForm(forms.Form):
    """The texts of one field, each under its document path, and why they are changed."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=gettext_lazy("The officer reads it beside the change, in the language in which you write it."),
    )

    def __init__(self, *args: Any, field: Field, texts: Texts, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.paths = list(texts)
        for path, text in texts.items():
            language = path.partition(".")[2]
            attributes = {"dir": "auto", "lang": language} if language else {"dir": "auto"}
            long = field.kind is Kind.TEXT
            widget = forms.Textarea({**attributes, "rows": 10}) if long else forms.TextInput(attributes)
            label = language_name(language) or field.label
            self.fields[path] = forms.CharField(label=label, required=False, initial=text, widget=widget)

    @property
    def typed(self) -> Texts:
        return {path: self.cleaned_data[path] for path in self.paths if path in self.cleaned_data}

    def text_fields(self) -> list[forms.BoundField]:
        return [self[path] for path in self.paths]


def edit_view(desk: ModelAdmin, request: HttpRequest, submission: Submission, *, name: str) -> HttpResponse:
    """Shows the texts, and saves what was changed in them. What somebody else did meanwhile is told, and what was typed
    stays."""
    field = FIELDS_BY_NAME.get(name)
    texts = texts_to_edit(submission, field) if field else {}
    if field is None or not (texts or request.method == "POST"):
        messages.warning(request, _("There is no text here to correct."))
        return redirect(record_address(submission))
    if request.method != "POST":
        if not may_edit(request.user, submission):
            messages.warning(request, _("Texts are corrected by the moderator who reviews them, while they do."))
            return redirect(record_address(submission, f"field-{name}"))
        form = EditForm(field=field, texts=texts, initial={VERSION: submission.version})
        return _page(desk, request, submission, field, form)
    # A text that is gone meanwhile was typed all the same.
    places = [name, *(f"{name}.{code}" for code in settings.LANGUAGE_CODES)]
    posted = {path: "" for path in places if path in request.POST}
    form = EditForm(request.POST, field=field, texts={**posted, **texts})
    status = 200
    if form.is_valid():
        try:
            edit_texts(
                submission,
                by=request.user,
                field=field,
                texts=form.typed,
                reason=form.cleaned_data[REASON],
                version=form.cleaned_data[VERSION],
            )
        except NoteRequiredError:
            form.add_error(REASON, _("Write why: the officer reads it beside the change."))
        except InvalidDocumentError as invalid:
            for problem in invalid.problems:
                form.add_error(problem.path if problem.path in form.fields else None, str(problem.message))
        except (ConflictError, NotAllowedError):
            status = CONFLICT
            submission = desk.get_object(request, str(submission.pk)) or submission
            messages.warning(request, _meanwhile(submission))
            # The next try is made against the texts as this page shows them.
            form.data = {**form.data.dict(), VERSION: submission.version}
        else:
            messages.success(request, _("Saved. The officer sees what you changed."))
            return redirect(record_address(submission, f"field-{name}"))
    return _page(desk, request, submission, field, form, status=status)


def _page(
    desk: ModelAdmin, request: HttpRequest, submission: Submission, field: Field, form: EditForm, *, status: int = 200
) -> HttpResponse:
    now = texts_to_edit(submission, field)
    document = documents.complete(submission.content)
    rows = [
        {
            "field": bound,
            "language": bound.name.partition(".")[2],
            "limit": field.max_length,
            # Only after a try: until then it is what stands in the box.
            "pieces": text_pieces(now.get(bound.name, ""), str(bound.value() or "")) if status == CONFLICT else [],
        }
        for bound in form.text_fields()
    ]
    context = {
        **desk.admin_site.each_context(request),
        **WITHOUT_MENU,
        "opts": desk.opts,
        "title": _("Correct: %(field)s") % {"field": field.label},
        "submission": submission,
        "submission_title": document["title"].get(submission.language) or str(submission),
        "record_url": record_address(submission, f"field-{field.name}"),
        "form": form,
        "rows": rows,
        "may_edit": may_edit(request.user, submission),
    }
    return TemplateResponse(request, "admin/submissions/submission/edit.html", context, status=status)


def _meanwhile(submission: Submission) -> str:
    """Who did what since the page was opened, as far as the log knows."""
    event = submission.events.select_related("by").last()
    if event is None:
        return _("The submission was changed meanwhile. Nothing was saved; what you typed stands below.")
    return _(
        "Nothing was saved: meanwhile %(person)s did “%(action)s”, on %(time)s. What you typed stands below, with how "
        "it differs from the text as it is now."
    ) % {
        "person": event.by or _("somebody"),
        "action": event.get_action_display(),
        "time": date_format(timezone.localtime(event.at), "j M Y, H:i"),
    }
