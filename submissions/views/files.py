"""Files of a draft: sent to those who may read it, received, and described."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from practices.content import Section
from practices.views.files import as_download
from submissions.as_sent import files_sent
from submissions.choices import WITH_SUBMITTER
from submissions.files import RefusedFileError, attach, describe
from submissions.forms.files import DescriptionForm, UploadForm
from submissions.models import Submission, SubmissionAttachment
from submissions.permissions import is_editor
from submissions.views.access import own_submission, person


@require_safe
@login_required
def submission_file(request: HttpRequest, uuid: UUID, file: UUID) -> FileResponse:
    """Send a file of a submission to someone who may read the submission."""
    submission = get_object_or_404(Submission.objects.visible_to(request.user), uuid=uuid)
    files = submission.attachments.all()
    if not is_editor(person(request), submission):
        files = files_sent(files)
    attachment = get_object_or_404(files, uuid=file)
    try:
        return as_download(attachment.file, name=attachment.name, content_type=attachment.content_type)
    except FileNotFoundError as lost:
        raise Http404 from lost


def receive(request: HttpRequest, submission: Submission) -> tuple[UploadForm, SubmissionAttachment | None]:
    """Check an uploaded file and keep it, with what is validly said about it; a refused one is told in the form."""
    upload = UploadForm(_storable(request.POST), request.FILES)
    upload.full_clean()
    attachment = None
    if upload.checked is not None:
        try:
            attachment = attach(
                submission, by=person(request), checked=upload.checked, description=upload.description()
            )
        except RefusedFileError as refused:
            upload.add_error("file", str(refused.reason))
        else:
            for sentence in upload.checked.removed:
                messages.warning(request, str(sentence))
    return upload, attachment


def receive_aside(request: HttpRequest, submission: Submission) -> None:
    """Keep a file that came with a text over which there is something else to decide first, and say so."""
    upload, attachment = receive(request, submission)
    if attachment is not None:
        messages.success(request, _("The file is added."))
        return
    for error in upload.errors.get("file", ()):
        messages.warning(request, str(error))


def after_receiving(request: HttpRequest, attachment: SubmissionAttachment) -> HttpResponse:
    """Back to the files; or the questions about this one, where something needed was not said or not rightly."""
    form = DescriptionForm(_storable(request.POST), attachment=attachment)
    if not form.is_valid():
        return facts_page(request, attachment, form, is_new=True)
    messages.success(request, _("The file is added, and your text is saved."))
    return redirect(files_of(attachment.submission))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submission_file_facts(request: HttpRequest, uuid: UUID, file: UUID) -> HttpResponse:
    """Show what is said about a file, or change it; the file itself stays."""
    submission = own_submission(request, uuid)
    attachment = get_object_or_404(SubmissionAttachment, submission=submission, uuid=file)
    if request.method != "POST":
        if submission.status not in WITH_SUBMITTER:
            return redirect(submission)
        return facts_page(request, attachment, DescriptionForm(attachment=attachment))
    form = DescriptionForm(_storable(request.POST), attachment=attachment)
    if form.is_valid():
        try:
            describe(attachment, by=person(request), description=form.description())
        except RefusedFileError as refused:
            form.add_error(None, str(refused.reason))
        else:
            messages.success(request, _("What is said about the file is saved."))
            return redirect(files_of(submission))
    return facts_page(request, attachment, form)


def facts_page(
    request: HttpRequest, attachment: SubmissionAttachment, form: DescriptionForm, *, is_new: bool = False
) -> HttpResponse:
    """Draw the questions about one file. `is_new`: it was kept a moment ago, and something about it is missing."""
    context = {
        "submission": attachment.submission,
        "attachment": attachment,
        "form": form,
        "is_new": is_new,
        "files_url": files_of(attachment.submission),
    }
    return render(request, "submissions/file.html", context)


def files_of(submission: Submission) -> str:
    """The address of a submission's list of files."""
    return f"{reverse('submission-section', args=[submission.uuid, Section.SOURCES.value])}#files"


def _storable(posted: QueryDict) -> QueryDict:
    """Without NUL, which PostgreSQL cannot store."""
    clean = posted.copy()
    for name, values in posted.lists():
        clean.setlist(name, [value.replace("\x00", "") for value in values])
    return clean
