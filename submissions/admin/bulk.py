"""What may be done with many submissions at once: give them to a moderator, tag them, write them into a file. Nothing
here decides, and nothing here publishes."""

from collections.abc import Callable
from itertools import chain, islice

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from practices.exports.spreadsheet import lines, spoken
from submissions.admin.export import table
from submissions.admin.rows import rows_of
from submissions.models import Submission
from submissions.services import ConflictError
from submissions.services.assigning import (
    GiverBarredError,
    NotAssignableError,
    ReceiverBarredError,
    assign,
    moderators,
)
from submissions.services.tagging import LONGEST, TagNameError, add_tag, remove_tag

# Each is read, judged and logged by itself.
MOST = 200
NAMED = 10
NOBODY = "nobody"

SKIPPED: dict[type[Exception], str | Promise] = {
    NotAssignableError: gettext_lazy("not waiting and not in review"),
    GiverBarredError: gettext_lazy("you wrote it or speak for its city"),
    ReceiverBarredError: gettext_lazy("the person wrote it or speaks for its city"),
    ConflictError: gettext_lazy("somebody changed it at the same moment"),
}


class BulkForm(ActionForm):
    """What is to be done, with what it needs. Whom it can be given to the page knows already."""

    moderator = forms.CharField(required=False)
    tag = forms.CharField(required=False)


@admin.action(description=gettext_lazy("Give to a moderator"), permissions=["change"])
def give_to_moderator(modeladmin, request: HttpRequest, queryset: QuerySet[Submission]) -> None:
    chosen = request.POST.get("moderator", "")
    person = moderators().filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 18 else None
    if person is None and chosen != NOBODY:
        messages.warning(request, _("Choose to whom they shall be given. Nothing was changed."))
        return
    submissions = _few(modeladmin, request, queryset)
    if submissions:
        _give(request, submissions, person)


def _give(request: HttpRequest, submissions: list[Submission], person: User | None) -> None:
    given = 0
    skipped: dict[type[Exception], list[Submission]] = {}
    for submission in submissions:
        try:
            given += assign(submission, to=person, by=request.user)
        except tuple(SKIPPED) as error:
            skipped.setdefault(type(error), []).append(submission)
    if person is None:
        said = ngettext("%(count)d submission is nobody’s again.", "%(count)d submissions are nobody’s again.", given)
    else:
        said = ngettext(
            "%(count)d submission was given to %(person)s.", "%(count)d submissions were given to %(person)s.", given
        )
    messages.success(request, said % {"count": given, "person": person})
    titles = {
        row.submission.pk: row.title for row in rows_of([one.pk for one in chain(*skipped.values())], user=request.user)
    }
    for reason, left in skipped.items():
        messages.warning(request, _skipped(left, titles, SKIPPED[reason]))


def _skipped(left: list[Submission], titles: dict[int, str], reason: str | Promise) -> str:
    named = [f"“{titles[one.pk]}” ({one.reference})" for one in left[:NAMED]]
    more = len(left) - len(named)
    if more:
        named.append(ngettext("%(count)d more", "%(count)d more", more) % {"count": more})
    return _("Skipped, %(reason)s: %(titles)s") % {"reason": reason, "titles": ", ".join(named)}


@admin.action(description=gettext_lazy("Tag"), permissions=["change"])
def tag(modeladmin, request: HttpRequest, queryset: QuerySet[Submission]) -> None:
    name = request.POST.get("tag", "")
    submissions = _few(modeladmin, request, queryset)
    if not submissions:
        return
    try:
        made = add_tag(submissions, name=name, by=request.user)
    except TagNameError:
        messages.warning(request, _tag_missing())
        return
    said = ngettext(
        "%(count)d submission has the tag “%(tag)s”.", "%(count)d submissions have the tag “%(tag)s”.", len(submissions)
    )
    messages.success(request, said % {"count": len(submissions), "tag": made.name})


@admin.action(description=gettext_lazy("Take the tag off"), permissions=["change"])
def untag(modeladmin, request: HttpRequest, queryset: QuerySet[Submission]) -> None:
    submissions = _few(modeladmin, request, queryset)
    if not submissions:
        return
    try:
        removed = remove_tag(submissions, name=request.POST.get("tag", ""), by=request.user)
    except TagNameError:
        messages.warning(request, _tag_missing())
        return
    said = ngettext(
        "The tag was taken off %(count)d submission.", "The tag was taken off %(count)d submissions.", removed
    )
    messages.success(request, said % {"count": removed})


def _tag_missing() -> str:
    return _("Write the tag, in at most %(most)d characters. Nothing was changed.") % {"most": LONGEST}


@admin.action(description=gettext_lazy("Export as CSV"), permissions=["view"])
def export(modeladmin, request: HttpRequest, queryset: QuerySet[Submission]) -> StreamingHttpResponse:
    name = f"queue-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        spoken(lines(table(_chosen(modeladmin, request, queryset), user=request.user)), request.user.language),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _chosen(modeladmin, request: HttpRequest, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
    """What was ticked, also where it fits the page's filters no longer: it is named then, not passed over."""
    if request.POST.get("select_across") == "1":
        return queryset
    ticked = [key for key in request.POST.getlist(ACTION_CHECKBOX_NAME) if key.isdecimal() and len(key) < 18]
    return modeladmin.get_queryset(request).filter(pk__in=ticked).order_by("submitted_at", "pk")


def _few(modeladmin, request: HttpRequest, queryset: QuerySet[Submission]) -> list[Submission]:
    """The chosen ones; none where they are too many for one request."""
    submissions = list(islice(_chosen(modeladmin, request, queryset), MOST + 1))
    if len(submissions) > MOST:
        messages.warning(request, _("At most %(most)d at once, please. Nothing was changed.") % {"most": MOST})
        return []
    return submissions


ACTIONS: list[Callable] = [give_to_moderator, tag, untag, export]
