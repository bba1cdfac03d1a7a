"""One practice: today's page, an earlier version, and what remains of one that was withdrawn."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from practices.models import Adaptation, Practice, PracticeVersion
from practices.presentation.cards import cards_of
from practices.presentation.reader import Reader, confirmed_label
from practices.presentation.record import has_notes_for_peers, record_of, record_of_version
from practices.similar import similar_to
from practices.views.adoption import offers_to
from practices.views.files import files_for


@require_safe
def practice_detail(request: HttpRequest, slug: str) -> HttpResponse:
    practice = Practice.objects.visible_to(request.user).with_details().filter(slug=slug).first()
    if practice is None:
        return gone_or_not_found(request, slug)
    reader = Reader.of(request.user, get_language() or "en")
    context = {
        "practice": practice,
        "record": record_of(practice, reader),
        "confirmed_label": confirmed_label(practice),
        "versions": PracticeVersion.objects.visible_to(request.user).filter(practice=practice).order_by("-number"),
        "similar": cards_of(similar_to(practice, user=request.user), reader),
        # That there are notes is no secret, what they say is: the panel tells colleagues to sign in.
        "locked": not reader.trusted and has_notes_for_peers(practice),
        "files": files_for(request.user).filter(practice=practice),
        "adaptations": Adaptation.objects.visible_to(request.user).filter(practice=practice).select_related("city"),
        **offers_to(request.user, practice),
        "permalink": f"{settings.SITE_URL}/id/{practice.reference}",
    }
    return render(request, "practices/detail.html", context)


@require_safe
def practice_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    versions = PracticeVersion.objects.visible_to(request.user).select_related("practice__lead_city")
    version = versions.filter(practice__slug=slug, number=number).first()
    if version is None:
        return gone_or_not_found(request, slug)
    practice = version.practice
    context = {
        "practice": practice,
        "version": version,
        "record": record_of_version(version, Reader.of(request.user, get_language() or "en")),
        "is_current": version.number == practice.current_version,
        "canonical_url": settings.SITE_URL + practice.get_absolute_url(),
    }
    return render(request, "practices/version.html", context)


def gone_or_not_found(request: HttpRequest, slug: str) -> HttpResponse:
    """What was withdrawn says so to those who could read it. Everything else never existed."""
    practice = Practice.objects.tombstones_for(request.user).filter(slug=slug).first()
    if practice is None:
        raise Http404
    return render(request, "practices/gone.html", {"practice": practice}, status=410)
