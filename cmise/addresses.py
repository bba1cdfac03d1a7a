"""Addresses that stand outside the languages: the front door, permanent links, and what machines ask for."""

import re
from datetime import UTC
from itertools import chain, islice
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, override
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from cmise.health import healthz, readyz
from practices import sitemaps
from practices.api import problems
from practices.models import Practice, reference_of

SITEMAP_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
REFERENCE = re.compile(r"CMISE-([0-9]{4,9})", re.IGNORECASE)
FIXED_PAGES = [
    "home",
    "practice-list",
    "city-list",
    "about",
    "about-data",
    "about-accessibility",
    "about-privacy",
]
# What search engines need not ask for: people's own pages, and answers made for programs.
CLOSED_TO_ROBOTS = [
    "/admin/",
    "/api/",
    "/demo/",
    "/*/accounts/",
    "/*/submissions/",
    "/*/submit/",
    "/*/nominations/",
    "/*/messages/",
    "/*/confirm/",
    "/*/practices/export.",
]


def best_language(request) -> str:
    """The preferred language of the account, else the one that the browser asks for."""
    if request.user.is_authenticated and request.user.language in settings.LANGUAGE_CODES:
        return request.user.language
    return get_language()


@require_safe
def front_door(request):
    """To the home page in the visitor's language."""
    with override(best_language(request)):
        return _by_language(HttpResponseRedirect(reverse("home")))


@require_safe
def permalink(request, reference):
    """From a permanent name to the page; what was withdrawn says so, what is not open is as if it had never been."""
    match = REFERENCE.fullmatch(reference)
    if match is None or reference_of(int(match[1])) != reference.upper():
        raise Http404
    number = int(match[1])
    # A number whose text became part of another practice leads to that one.
    named = Q(number=number) | Q(former_numbers__number=number)
    practice = Practice.objects.visible_to(request.user).filter(named).first()
    if practice is not None:
        with override(best_language(request)):
            return _by_language(HttpResponseRedirect(practice.get_absolute_url(), status=303))
    return _tombstone(request, get_object_or_404(Practice.objects.tombstones_for(request.user), named))


def _tombstone(request, practice):
    if request.get_preferred_type(["text/html", "application/json", problems.CONTENT_TYPE]) in (None, "text/html"):
        response = render(request, "practices/gone.html", {"practice": practice}, status=410)
    else:
        response = problems.gone(practice)
    patch_vary_headers(response, ["Accept"])
    return _by_language(response)


def _by_language(response):
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@require_safe
def robots(request):
    lines = ["User-agent: *", *(f"Disallow: {prefix}" for prefix in CLOSED_TO_ROBOTS)]
    lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request, number=None):
    """All addresses in one file, or for a large registry a list of such files."""
    files = sitemaps.number_of_files(len(FIXED_PAGES))
    response = HttpResponse(content_type="application/xml")
    if number is None and files > 1:
        _write_index(response, files)
    elif (number or 1) > files or number == 0:
        raise Http404
    else:
        first = ((number or 1) - 1) * sitemaps.PAGES_A_FILE
        pages = chain(sitemaps.fixed_pages(FIXED_PAGES), sitemaps.record_pages())
        _write_pages(response, islice(pages, first, first + sitemaps.PAGES_A_FILE))
    return response


def _write_index(response, files):
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    xml.startElement("sitemapindex", AttributesImpl({"xmlns": SITEMAP_NAMESPACE}))
    for number in range(1, files + 1):
        xml.startElement("sitemap", AttributesImpl({}))
        xml.addQuickElement("loc", settings.SITE_URL + reverse("sitemap-file", args=[number]))
        xml.endElement("sitemap")
    xml.endElement("sitemapindex")


def _write_pages(response, pages):
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    namespaces = {"xmlns": SITEMAP_NAMESPACE, "xmlns:xhtml": "http://www.w3.org/1999/xhtml"}
    xml.startElement("urlset", AttributesImpl(namespaces))
    for page in pages:
        alternates = {**page.addresses, "x-default": page.addresses[settings.LANGUAGE_CODE]}
        for address in page.addresses.values():
            xml.startElement("url", AttributesImpl({}))
            xml.addQuickElement("loc", address)
            if page.changed_at:
                xml.addQuickElement("lastmod", page.changed_at.astimezone(UTC).date().isoformat())
            for code, alternate in alternates.items():
                xml.addQuickElement("xhtml:link", "", {"rel": "alternate", "hreflang": code, "href": alternate})
            xml.endElement("url")
    xml.endElement("urlset")


urlpatterns = [
    path("", front_door, name="front-door"),
    path("id/<str:reference>", permalink, name="practice-permalink"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap, name="sitemap-file"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
