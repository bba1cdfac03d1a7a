"""The outbox as pages, in demo mode only: there is no mail server, and codes and notices must be read somewhere."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import OutgoingMail

PAGE_SIZE = 50


@require_safe
@never_cache
def mail_list(request: HttpRequest) -> HttpResponse:
    """Every mail, newest first, delivered or not."""
    page = Paginator(OutgoingMail.objects.all(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/demo_mail_list.html", {"page": page})


@require_safe
@never_cache
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail as its recipient gets it."""
    return render(request, "accounts/demo_mail.html", {"mail": get_object_or_404(OutgoingMail, pk=pk)})
