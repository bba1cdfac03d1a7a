"""Everything that the record page shows of one submission."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from cities.models import Membership
from practices import document as documents
from practices import validation
from practices.presentation.whole import Names, ShownSection, sections
from practices.vocabularies import Vocabularies
from submissions.admin.checks import checks_context, links_of
from submissions.admin.comparing import LIVE, ROUND, comparisons, only_changed
from submissions.admin.earlier import earlier_context
from submissions.admin.forms import DecisionForm, RemarkForm
from submissions.admin.live import Live, live_of
from submissions.admin.panel import decision_context
from submissions.as_sent import AS_SENT, files_sent
from submissions.checks.web_addresses import addresses_in, digest_of_address
from submissions.choices import WAITING_FOR_DAY, WITH_MODERATORS, WITH_SUBMITTER, Status
from submissions.forms.talk import MessageForm, NoteForm
from submissions.models import LinkCheck, Remark, Submission
from submissions.permissions import asked_once, is_other_moderator
from submissions.services.checklist import points_of
from submissions.services.moderator_edits import edits_of, may_edit, texts_to_edit
from submissions.services.risks import risks_of
from submissions.services.sign_off import sign_offs_of
from submissions.services.translations import with_unread_parts
from submissions.views.preview import Circle, preview_links

# The menu at the side makes room.
WITHOUT_MENU = {"is_nav_sidebar_enabled": False}


def record_page(
    desk: ModelAdmin, request: HttpRequest, submission: Submission, *, status: int = 200, **forms: Any
) -> TemplateResponse:
    """The page of a record, around forms as they were typed."""
    context = {
        **desk.admin_site.each_context(request),
        **WITHOUT_MENU,
        **record_context(submission, user=request.user, asked=request.GET, **forms),
        "opts": desk.opts,
        # One for all forms of the page: each is masked anew, and there is one at every field.
        "csrf_token": get_token(request),
    }
    return TemplateResponse(request, "admin/submissions/submission/record.html", context, status=status)


def record_address(submission: Submission, anchor: str = "") -> str:
    return reverse("admin:submissions_submission_change", args=[submission.pk]) + (f"#{anchor}" if anchor else "")


def shown_document(
    submission: Submission, known: Vocabularies | None = None, *, live: Live | None = None
) -> documents.Document:
    """What was sent. While the officer works on changes, what they type is theirs until they send it."""
    unsent = submission.status in AS_SENT
    sent = documents.complete(submission.last_sent if unsent and submission.last_sent else submission.content)
    # A term or city that was merged since is no difference between two documents.
    whole = with_unread_parts(submission, sent, live=live.document if live else None)
    return (known or Vocabularies()).resolved(whole)


@asked_once()
def record_context(
    submission: Submission,
    *,
    user: User,
    asked: Mapping[str, Any],
    decision: DecisionForm | None = None,
    remark: RemarkForm | None = None,
    note: NoteForm | None = None,
    message: MessageForm | None = None,
) -> dict[str, Any]:
    """The record as it stands now, around the forms as they were typed. `asked`: against what it is compared, and
    whether only what changed is shown."""
    vocabularies = Vocabularies()
    live = live_of(submission, vocabularies)
    document = shown_document(submission, vocabularies, live=live)
    previous = submission.previous_sent and vocabularies.resolved(documents.complete(submission.previous_sent))
    names = Names([one for one in (document, live and live.document, previous) if one], vocabularies)
    links = links_of(document)
    attachments = list(files_sent(submission.attachments.all()))
    may_talk = is_other_moderator(user, submission)
    remarks = list(submission.remarks.select_related("author"))
    sent = [entry for entry in remarks if entry.sent_at]
    return {
        "submission": submission,
        "title": document["title"].get(submission.language) or str(submission),
        **_document_context(
            submission,
            document,
            old={ROUND: previous, LIVE: live.document if live else None},
            names=names,
            links=links,
            asked=asked,
            remarks=remarks,
            editable=may_edit(user, submission),
        ),
        "live": live.practice if live else None,
        "outdated": live is not None and live.practice.current_version != submission.base_version,
        **_problems(document, vocabularies),
        **checks_context(submission, document, user=user, live=live, links=links),
        **earlier_context(submission),
        **_talk(submission, user=user, may_talk=may_talk),
        "unsent_changes": submission.status == Status.CHANGES_REQUESTED,
        "general_remarks": [entry for entry in remarks if not entry.path],
        "remarks_sent": len(sent),
        "remarks_answered": sum(1 for entry in sent if entry.answered_at),
        "remarks_unsent": len(remarks) - len(sent),
        "may_remark": submission.status in WITH_MODERATORS and may_talk,
        "remark_form": remark or RemarkForm(),
        "note_form": note or NoteForm(auto_id="note-%s"),
        "message_form": message or MessageForm(auto_id="message-%s"),
        "events": list(submission.events.select_related("by")),
        "sign_offs": sign_offs_of(submission, document),
        "attachments": attachments,
        "risks": risks_of(submission, document=document, cities=names.cities, attachments=attachments),
        "membership": _membership(submission),
        "previews": [(circle, preview_links(submission, circle)) for circle in Circle],
        **decision_context(submission, user=user, evidence_level=document["evidence_level"], form=decision),
        "turn": turn(submission),
    }


def _document_context(
    submission: Submission,
    document: documents.Document,
    *,
    old: Mapping[str, documents.Document | None],
    names: Names,
    links: Mapping[str, LinkCheck],
    asked: Mapping[str, Any],
    remarks: list[Remark],
    editable: bool,
) -> dict[str, Any]:
    """The document, compared, with what was written at its fields."""
    shown = sections(document, names=names, language=submission.language)
    _place(remarks, shown)
    _tell_of_links(document, shown, links)
    if editable:
        _offer_edits(submission, shown)
    compared = comparisons(
        shown,
        document,
        old=old,
        names=names,
        against=str(asked.get("against", "")),
    )
    only = asked.get("only") == "changed" and bool(compared)
    return {
        "sections": only_changed(shown) if only else shown,
        "comparisons": compared,
        "comparison": next((entry for entry in compared if entry.chosen), None),
        "only_changed": only,
    }


def _problems(document: documents.Document, known: Vocabularies) -> dict[str, Any]:
    blocking = validation.problems(document, vocabularies=known, required=validation.ESSENTIAL)
    missing = [problem for problem in validation.problems(document, vocabularies=known) if problem not in blocking]
    return {"problems": _labelled(blocking), "missing": _labelled(missing)}


def _talk(submission: Submission, *, user: User, may_talk: bool) -> dict[str, Any]:
    """What moderators keep beside it and what was said. Notes are for those who neither wrote it nor speak for its
    city, moderator or not."""
    points = points_of(submission)
    return {
        "may_talk": may_talk,
        "talk": list(submission.messages.select_related("author")),
        "notes": list(submission.staff_notes.select_related("author")) if may_talk else [],
        "points": points,
        "points_ticked": sum(1 for entry in points if entry.tick),
        "may_tick": may_talk and submission.status in WITH_MODERATORS,
        "edits": edits_of(submission),
    }


def turn(submission: Submission):
    """For whom it waits, in words."""
    if submission.status in WITH_MODERATORS:
        return _("Waiting for moderators")
    if submission.status in WITH_SUBMITTER:
        return _("Waiting for the officer")
    if submission.status in WAITING_FOR_DAY and submission.embargo_until:
        return _("Approved, waits for %(day)s") % {"day": date_format(submission.embargo_until, "j F Y")}
    return _("Closed")


def _labelled(problems: list[validation.Problem]) -> list[dict[str, Any]]:
    return [
        {"anchor": f"field-{problem.field}", "label": documents.label_of(problem.path), "message": problem.message}
        for problem in problems
    ]


def _place(remarks: list[Remark], shown: list[ShownSection]) -> None:
    """Put each remark at its field."""
    for section in shown:
        for entry in section.fields:
            entry.remarks = [remark for remark in remarks if remark.path.split(".")[0] == entry.field.name]


def _tell_of_links(document: documents.Document, shown: list[ShownSection], known: Mapping[str, LinkCheck]) -> None:
    """Put what came of asking for a web address beside it."""
    states = {}
    for _path, url in addresses_in(document):
        check = known.get(digest_of_address(url))
        if check:
            states[url] = f"{check.get_state_display()} · {date_format(timezone.localtime(check.checked_at), 'j M Y')}"
    if not states:
        return
    for section in shown:
        for entry in section.fields:
            entry.lines = [
                [replace(part, state=states.get(part.text, "")) if part.is_address else part for part in line]
                for line in entry.lines
            ]


def _offer_edits(submission: Submission, shown: list[ShownSection]) -> None:
    """Put the way to correct a text at each field that has one."""
    content = documents.complete(submission.content)
    for section in shown:
        for entry in section.fields:
            if texts_to_edit(submission, entry.field, content=content):
                entry.edit_url = reverse("admin:submissions_submission_edit", args=[submission.pk, entry.field.name])


def _membership(submission: Submission) -> Membership | None:
    if submission.city_id is None:
        return None
    memberships = Membership.objects.select_related("city")
    return memberships.filter(user=submission.submitter_id, city=submission.city_id).first()
