"""The least that Django can answer through all our middleware: what every other figure is divided by."""

from django.http import JsonResponse
from django.urls import path

from cmise.urls import urlpatterns as site


def bare(request):
    return JsonResponse({"ok": True})


# The site is there too: the middleware asks for its addresses.
urlpatterns = [path("bare.json", bare), *site]
