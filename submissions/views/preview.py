"""A draft as it will be read once it is published: by the public, by verified officers, by moderators."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, override, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from practices import document as documents
from practices import rows, validation
from practices.choices import Visibility
from practices.presentation.reader import Reader, language_label
from practices.presentation.record import record_of_document
from practices.vocabularies import Vocabularies
from submissions.as_sent import files_sent
from submissions.choices import WITH_SUBMITTER, Kind, Status
from submissions.models import Submission
from submissions.permissions import is_editor
from submissions.services import problems_of
from submissions.services.translations import may_read_live, renewed_for
from submissions.views.access import person


class Circle(models.TextChoices):
    """For whom the preview is made, and the visibilities of practices and files that they may see."""

    PUBLIC = "public", gettext_lazy("The public")
    PEER = "peer", gettext_lazy("A verified officer")
    MODERATOR = "moderator", pgettext_lazy("reader of a preview", "A moderator")

    @property
    def levels(self) -> tuple[Visibility, ...]:
        return (Visibility.PUBLIC, Visibility.PEERS, Visibility.MODERATORS)[: list(Circle).index(self) + 1]

    @property
    def trusted(self) -> bool:
        return Visibility.PEERS in self.levels


@require_safe
@login_required
@cache_control(no_store=True, private=True)
def submission_preview(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The record as one circle of readers will see it, in the language of the page. Drafts with missing parts too."""
    submission = get_object_or_404(
        Submission.objects.visible_to(request.user).select_related("practice__lead_city"), uuid=uuid
    )
    wanted = request.GET.get("as", "")
    circle = Circle(wanted) if wanted in Circle.values else Circle.PUBLIC
    document, left_out = validation.sound(shown_content(submission, request), vocabularies=Vocabularies())
    if not document["title"]:
        with override(document["original_language"]):
            document["title"] = {document["original_language"]: _("Without a title yet")}
    reader = Reader(language=get_language() or settings.LANGUAGE_CODE, trusted=circle.trusted)
    shown = document["visibility"] in circle.levels
    stale = _stale_after(submission, document) if may_read_live(request.user, submission) else frozenset()
    told = {problem.path for problem in left_out}
    context = {
        "submission": submission,
        "circle": circle,
        "circles": [(entry, f"?as={entry.value}") for entry in Circle],
        "languages": preview_links(submission, circle),
        "record": record_of_document(document, reader, stale=stale) if shown else None,
        "visibility_label": Visibility(document["visibility"]).label,
        # What the page offers to those who are not signed in is part of what they see.
        "visitor": request.user if circle.trusted else AnonymousUser(),
        "locked": not circle.trusted and _has_more_for_peers(document),
        "files": _files(submission, document, circle, request) if shown else [],
        "editable": is_editor(person(request), submission) and submission.status in WITH_SUBMITTER,
        "missing": [problem.message for problem in problems_of(submission) if problem.path not in told],
        "left_out": list(dict.fromkeys(documents.label_of(problem.path) for problem in left_out)),
    }
    return render(request, "submissions/preview.html", context)


def shown_content(submission: Submission, request: HttpRequest) -> documents.Document:
    """What editors wrote last; for moderators what was sent last, for what is being written is not theirs yet. Of a
    translation the practice as it stands, with it."""
    content = submission.content
    unsent = submission.status in (*WITH_SUBMITTER, Status.WITHDRAWN)
    if unsent and submission.last_sent and not is_editor(person(request), submission):
        content = submission.last_sent
    renewal = renewed_for(request.user, submission, content=content) if submission.kind == Kind.TRANSLATION else None
    return renewal or content


def preview_links(submission: Submission, circle: Circle) -> list[dict[str, Any]]:
    """The addresses of one circle's preview, one for each language."""
    links = []
    for code in settings.LANGUAGE_CODES:
        with override(code):
            address = reverse("submission-preview", args=[submission.uuid])
        links.append({"code": code, "label": language_label(code), "url": f"{address}?as={circle.value}"})
    return links


def _stale_after(submission: Submission, document: documents.Document) -> frozenset[str]:
    """The languages whose translations would be older than the original, were this published now."""
    if submission.practice is None:
        return frozenset()
    translated = submission.language if submission.kind == Kind.TRANSLATION else ""
    before = documents.read(submission.practice)
    states = rows.texts_of(submission.practice, document, before=before, translated=translated)
    return frozenset(state.language for state in states if state.stale)


def _has_more_for_peers(document: documents.Document) -> bool:
    _open_part, peer_part = documents.without_peer_fields(document)
    return any(value for name, value in peer_part.items() if name != "peers_only")


def _files(
    submission: Submission, document: documents.Document, circle: Circle, request: HttpRequest
) -> list[dict[str, Any]]:
    """The files that this circle will have; one may name the city, so it goes where the city's name goes."""
    if document["city_withheld"] and not circle.trusted:
        return []
    attachments = submission.attachments.filter(visibility__in=circle.levels)
    if not is_editor(person(request), submission):
        attachments = files_sent(attachments)
    return [
        {
            "name": attachment.name,
            "size": attachment.size,
            "credit": attachment.credit,
            "alternative_text": attachment.alternative_text,
            "url": reverse("submission-file", args=[submission.uuid, attachment.uuid]),
            "visibility": Visibility(attachment.visibility).label,
        }
        for attachment in attachments
    ]
