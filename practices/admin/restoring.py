"""The page on which a withdrawn practice is published again, by one moderator or by two."""

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from accounts.admin.filters import Case, CountedFilter
from accounts.admin.fresh import ask_again, is_fresh, recall
from practices import document as documents
from practices.choices import Publication
from practices.models import Practice
from practices.notices import people_to_tell
from practices.restoring import (
    AgreedAlreadyError,
    OwnCityError,
    OwnTextError,
    SecondNeededError,
    agree_to_restore,
    agreement_on,
    agreements,
    needs_second,
    restore,
)
from practices.services import InvalidDocumentError, OutdatedError

AGREE, PUBLISH = "agree", "publish"


class PublicationFilter(CountedFilter):
    """Also which withdrawn practices wait for a second moderator."""

    title = gettext_lazy("publication")
    parameter_name = "publication"

    def cases(self, request):
        states = [Case(state.value, state.label, Q(publication=state)) for state in Publication]
        agreed = Q(pk__in=agreements().values("practice"))
        return [*states, Case("agreed", pgettext_lazy("submission", "Waits for a second moderator"), agreed)]


class RestorationForm(forms.Form):
    """Why a withdrawn practice is published again, the version that the page showed, and whether to be the first of two
    to agree or to publish."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    act = forms.ChoiceField(choices=[(AGREE, AGREE), (PUBLISH, PUBLISH)], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )


def restore_view(desk: ModelAdmin, request: HttpRequest, practice: Practice) -> HttpResponse:
    """Asks why, then publishes the last version again, or notes who agrees first; both ask for a fresh sign-in."""
    kept = recall(request) if request.method != "POST" else None
    if kept is not None:
        messages.info(request, _("You signed in afresh. Nothing is published yet: press the button once more."))
    if practice.publication == Publication.PUBLISHED and request.method != "POST":
        return _told_published(request, practice)
    form = RestorationForm(request.POST or None, initial={"reason": kept.get("reason", "") if kept else ""})
    if request.method == "POST" and form.is_valid():
        if not is_fresh(request):
            return ask_again(request)
        told = _carry_out(request, practice, form)
        if told is None:
            return _told_published(request, practice)
        if told:
            messages.success(request, told)
            return redirect("admin:practices_practice_change", practice.pk)
    return _page(desk, request, practice, form, pressed=(kept or request.POST).get("act", ""))


def _carry_out(request: HttpRequest, practice: Practice, form: RestorationForm) -> str | None:
    """Do what was pressed, and say so; else the form says why not, and nothing is written. None where it is published
    already."""
    data = form.cleaned_data
    carry_out = agree_to_restore if data["act"] == AGREE else restore
    try:
        carry_out(practice, by=request.user, reason=data["reason"], version=data["version"])
    except OutdatedError:
        practice.refresh_from_db()
        if practice.publication == Publication.PUBLISHED:
            return None
        text = _("“%(title)s” was changed meanwhile. Look at it before you go on; nothing was overwritten.")
        form.add_error(None, text % {"title": practice.reference})
    except OwnCityError:
        form.add_error(None, _("You speak for a city of it: a conflict of interest. Another moderator decides."))
    except OwnTextError:
        form.add_error(None, _("You wrote a text of it. Another moderator decides."))
    except SecondNeededError:
        form.add_error(None, _("Two moderators must agree before it is published. Nothing was changed."))
    except AgreedAlreadyError as conflict:
        person = conflict.agreement.by or _("somebody")
        text = _("%(person)s agreed meanwhile. Look once more: with you as the second it is published.")
        form.add_error(None, text % {"person": person})
    except InvalidDocumentError as invalid:
        for problem in invalid.problems:
            form.add_error(None, f"{documents.label_of(problem.path)}: {problem.message}")
    else:
        if data["act"] == AGREE:
            return _("You agree. Nothing is published before a second moderator agrees too.")
        return _("%(reference)s is published again.") % {"reference": practice.reference}
    return ""


def _page(
    desk: ModelAdmin, request: HttpRequest, practice: Practice, form: RestorationForm, *, pressed: str
) -> HttpResponse:
    """`pressed`: the button of the page before. What was typed above it for moderators alone is shown beside the field
    whose words are mailed to the city, and not in it."""
    agreement = agreement_on(practice)
    asks_second = agreement is None and needs_second(agreement)
    for_colleagues = form["reason"].value() if pressed == AGREE and not asks_second else ""
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": _("Publish %(reference)s again") % {"reference": practice.reference},
        "practice": practice,
        "text": practice.text("title", get_language()),
        "form": form,
        "for_colleagues": for_colleagues,
        "reason": (RestorationForm() if for_colleagues else form)["reason"],
        "agreement": agreement,
        "tells_city": bool(people_to_tell(practice, by=request.user)),
        "waits_for_another": agreement is not None and agreement.by_id == request.user.pk,
        "asks_second": asks_second,
        # The next press is made by the page as it stands, also where it shows what was typed before.
        "act": AGREE if asks_second else PUBLISH,
    }
    return TemplateResponse(request, "admin/practices/practice/restore.html", context)


def _told_published(request: HttpRequest, practice: Practice) -> HttpResponse:
    messages.warning(request, _("%(reference)s is published already.") % {"reference": practice.reference})
    return redirect("admin:practices_practice_change", practice.pk)
