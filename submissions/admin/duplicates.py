"""Two records side by side, to see whether they tell of the same work."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise

from accounts.models import User
from practices import document as documents
from practices.content import FIELDS, Field, Kind, languages_of
from practices.models import Practice
from practices.presentation.whole import ADDED, REMOVED, Names, Piece, language_name, lines, pieces, text_pieces
from practices.vocabularies import Vocabularies
from submissions.admin.record import WITHOUT_MENU, shown_document
from submissions.checks.likeness import Likeness, likeness, profile_of
from submissions.choices import Action
from submissions.models import Submission
from submissions.workflow import available_actions


@dataclass(frozen=True)
class Other:
    """The record on the other side."""

    title: str
    language: str
    reference: str
    url: str
    document: documents.Document


@dataclass(frozen=True)
class Row:
    """One field on both sides; `left` and `right` without what the other side alone says."""

    label: str | Promise
    left: list[Piece]
    right: list[Piece]
    left_language: str
    right_language: str
    is_same: bool

    @property
    def is_comparable(self) -> bool:
        """Word by word; texts in two languages have no words in common that mean anything."""
        return self.left_language == self.right_language


def beside_view(
    desk: ModelAdmin, request: HttpRequest, submission: Submission, *, kind: str, other: str
) -> HttpResponse:
    """The submission on the left, a practice or another sent submission on the right, field by field."""
    known = Vocabularies()
    beside = _other(submission, kind, other, request.user, known)
    document = shown_document(submission, known)
    common = [code for code in languages_of(document) if code in set(languages_of(beside.document))]
    asked = request.GET.get("in", "")
    chosen = asked if asked in common else _first(common, submission.language, document, beside.document)
    context = {
        **desk.admin_site.each_context(request),
        **WITHOUT_MENU,
        "opts": desk.opts,
        "submission": submission,
        "title": document["title"].get(submission.language) or str(submission),
        "other": beside,
        "likeness": _likeness(document, beside.document),
        "language": chosen,
        "languages": [(code, language_name(code)) for code in common],
        "rows": _rows(document, beside.document, chosen),
        "merge_url": _merge_url(request.user, submission, kind, other),
    }
    return TemplateResponse(request, "admin/submissions/submission/beside.html", context)


def _merge_url(user: User, submission: Submission, kind: str, other: str) -> str:
    """Where this moderator puts the submission together with the practice beside it, if they may now."""
    if kind != "practice" or Action.MERGE not in available_actions(user, submission):
        return ""
    return f"{reverse('admin:submissions_submission_merge', args=[submission.pk])}?practice={other}"


def _other(submission: Submission, kind: str, pk: str, user: User, known: Vocabularies) -> Other:
    """What this moderator may see; drafts that nobody sent are not there."""
    key = int(pk) if pk.isdecimal() and len(pk) < 19 else 0
    if kind == "practice":
        practice = Practice.objects.visible_to(user).with_details().filter(pk=key).first()
        if practice is None:
            raise Http404
        text = practice.text("title", submission.language)
        url = reverse("admin:practices_practice_change", args=[practice.pk])
        return Other(text.value, text.language, practice.reference, url, documents.read(practice))
    found = Submission.objects.sent().select_related("practice").exclude(pk=submission.pk).filter(pk=key).first()
    if kind != "submission" or found is None:
        raise Http404
    document = shown_document(found, known)
    title = document["title"].get(found.language) or str(found)
    url = reverse("admin:submissions_submission_change", args=[found.pk])
    return Other(title, found.language, found.reference, url, document)


def _likeness(left: documents.Document, right: documents.Document) -> Likeness:
    return likeness(profile_of(left), profile_of(right))


def _first(common: list[str], language: str, left: documents.Document, right: documents.Document) -> str:
    """The submission's language, else the one in which the two are most alike; none where they share none."""
    if language in common:
        return language
    return _likeness(left, right).language if common else ""


def _rows(left: documents.Document, right: documents.Document, language: str) -> list[Row]:
    """Every field that one of them answers."""
    names = Names([left, right])
    rows = (_row(field, left, right, language, names) for field in FIELDS)
    return [row for row in rows if row.left or row.right]


def _row(field: Field, left: documents.Document, right: documents.Document, language: str, names: Names) -> Row:
    old, new = left[field.name], right[field.name]
    left_language = right_language = ""
    if field.translatable:
        left_language = language or left["original_language"]
        right_language = language or right["original_language"]
        old, new = old.get(left_language, ""), new.get(right_language, "")
    is_same = old == new and left_language == right_language
    if left_language != right_language:
        found = [Piece(REMOVED, old)] * bool(old) + [Piece(ADDED, new)] * bool(new)
    else:
        found = _compared(field, old, new, names)
    return Row(
        label=field.label,
        left=[piece for piece in found if piece.kind != ADDED],
        right=[piece for piece in found if piece.kind != REMOVED],
        left_language=left_language,
        right_language=right_language,
        is_same=is_same,
    )


def _compared(field: Field, old: Any, new: Any, names: Names) -> list[Piece]:
    """Word by word for texts, entry by entry for lists and rows."""
    if field.translatable or field.kind in (Kind.LINE, Kind.TEXT):
        return text_pieces(str(old or ""), str(new or ""))
    before, after = (
        [" · ".join(part.text for part in line) + "\n" for line in lines(field, value, names=names)]
        for value in (old, new)
    )
    return pieces(before, after)
