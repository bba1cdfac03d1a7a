"""What changed, word by word: since it was last sent, and against what is live."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from practices import document as documents
from practices.models import Practice
from practices.presentation.whole import Names, ShownField, mark_changes, sections
from practices.vocabularies import Vocabularies
from submissions.choices import WITH_SUBMITTER, Kind
from submissions.models import Submission
from submissions.services.moderator_edits import edits_of
from submissions.services.translations import may_read_live, readable
from submissions.views.access import own_submission


@require_safe
@login_required
def submission_changes(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """While the officer writes, what differs from what was sent last; after sending, what that round changed. For a
    change to a practice, what differs from the live version too. And what moderators corrected."""
    submission = own_submission(request, uuid)
    # A term or city that was merged since is no difference.
    known = Vocabularies()
    now = known.resolved(documents.complete(submission.content))
    before = _round_before(submission, known)
    live = _live(request, submission)
    old = {name: document for name, document in (("round", before), ("live", live)) if document is not None}
    names = Names([now, *old.values()])
    comparisons: list[dict[str, Any]] = []
    for name, document in old.items():
        shown = sections(now, names=names, language=submission.language, assessment=False)
        fields: list[ShownField] = mark_changes(shown, name=name, old=document, new=now, names=names)
        rows = [{"label": entry.field.label, "changes": entry.changes[name]} for entry in fields]
        comparisons.append({"name": name, "rows": rows})
    context = {
        "submission": submission,
        "comparisons": comparisons,
        "writing": submission.status in WITH_SUBMITTER,
        "sent_before": before is not None,
        "edits": edits_of(submission),
    }
    return render(request, "submissions/changes.html", context)


def _round_before(submission: Submission, known: Vocabularies) -> documents.Document | None:
    sent = submission.last_sent if submission.status in WITH_SUBMITTER else submission.previous_sent
    return known.resolved(documents.complete(sent)) if sent else None


def _live(request: HttpRequest, submission: Submission) -> documents.Document | None:
    """The live document; nothing for a new practice, or where this person may not see it. Who may not read its notes
    for peers sees no more of it than what they began from."""
    if submission.kind == Kind.NEW:
        return None
    practices = Practice.objects.visible_to(request.user).with_details()
    practice = practices.filter(pk=submission.practice_id).first()
    if practice is None:
        return None
    if submission.kind == Kind.TRANSLATION:
        return readable(request.user, practice)
    began_from_it = practice.current_version == submission.base_version
    return documents.read(practice) if began_from_it or may_read_live(request.user, submission) else None
