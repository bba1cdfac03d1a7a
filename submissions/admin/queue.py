"""The queue and its record page. Nothing here is ever saved by a stock form: the workflow's services decide."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from accounts.permissions import is_moderator
from submissions.admin.decisions import decision_view, record_view
from submissions.admin.forms import RemarkForm
from submissions.admin.listing import QueueAdmin
from submissions.admin.numbers import number_urls
from submissions.admin.record import record_page
from submissions.admin.talk import record_urls
from submissions.as_sent import files_sent
from submissions.models import Submission, SubmissionAttachment
from submissions.services import NotAllowedError, add_remark, drop_remark


@admin.register(Submission)
class SubmissionAdmin(QueueAdmin):
    def get_object(self, request, object_id, from_field=None):
        sent = Submission.objects.sent().select_related("city", "assignee", "practice", "submitter", "nomination")
        return sent.filter(pk=int(object_id)).first() if object_id.isdecimal() and len(object_id) < 19 else None

    # --- Who may ---

    def has_view_permission(self, request, obj=None):
        return is_moderator(request.user)

    def has_module_permission(self, request):
        return is_moderator(request.user)

    def has_change_permission(self, request, obj=None):
        """For the record page below, which replaces the stock form."""
        return is_moderator(request.user)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    # --- The record ---

    def get_urls(self):
        return [
            path(
                "attachments/<uuid:uuid>/",
                self.admin_site.admin_view(self.attachment_view),
                name="submissions_submission_attachment",
            ),
            *record_urls(self),
            *number_urls(self.admin_site),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Shows the record; a POST is one decision, or one remark written or taken back."""
        submission = self.get_object(request, unquote(object_id))
        if submission is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_change_permission(request, submission):
            raise PermissionDenied
        if request.method != "POST":
            return record_view(self, request, submission)
        if "drop" in request.POST:
            return self._drop_remark(request, submission)
        if "text" in request.POST:
            return self._add_remark(request, submission)
        return decision_view(self, request, submission)

    def _record(self, request: HttpRequest, submission: Submission, *, status: int = 200, **forms) -> HttpResponse:
        return record_page(self, request, submission, status=status, **forms)

    def _add_remark(self, request: HttpRequest, submission: Submission) -> HttpResponse:
        form = RemarkForm(request.POST)
        if form.is_valid():
            try:
                remark = add_remark(
                    submission, by=request.user, path=form.cleaned_data["path"], text=form.cleaned_data["text"]
                )
            except NotAllowedError:
                messages.error(request, _("Remarks can be written while a submission waits for moderators."))
            else:
                messages.success(request, _("Noted. The officer sees it once you ask for changes."))
                return redirect(f"{self._address(submission)}#field-{remark.path or 'whole'}")
        return self._record(request, submission, remark=form)

    def _drop_remark(self, request: HttpRequest, submission: Submission) -> HttpResponse:
        pk = request.POST["drop"]
        remark = submission.remarks.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 18 else None
        try:
            if remark is None:
                raise NotAllowedError
            drop_remark(remark, by=request.user)
        except NotAllowedError:
            messages.error(request, _("The remark was sent or taken back already."))
        else:
            messages.success(request, _("The remark is taken back."))
        return redirect(self._address(submission))

    def _address(self, submission: Submission) -> str:
        return reverse("admin:submissions_submission_change", args=[submission.pk])

    def attachment_view(self, request: HttpRequest, uuid) -> FileResponse:
        """A file to look at, always as a download: it is as trustworthy as whoever sent it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        files = files_sent(SubmissionAttachment.objects.filter(submission__in=Submission.objects.sent()))
        attachment = get_object_or_404(files, uuid=uuid)
        response = FileResponse(attachment.file.open("rb"), as_attachment=True, filename=attachment.name)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
