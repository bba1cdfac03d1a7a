"""What every page of the interface needs to know: its languages, its address and whether this is a demo."""

from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, ResolverMatch, get_script_prefix, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_from_path, get_language_info, override

# Which entry of the main navigation a page belongs to.
NAVIGATION = {
    "practice": "practices",
    "area": "practices",
    "city": "cities",
    "submit": "submit",
    "submission": "submissions",
}


class LanguageLink(NamedTuple):
    """One entry of the language switch."""

    code: str
    name: str
    url: str
    absolute: str
    current: bool


def interface(request: HttpRequest) -> dict[str, Any]:
    """The variables of `base.html`; views may override each of them."""
    match = getattr(request, "resolver_match", None)
    return {
        "language_links": SimpleLazyObject(lambda: language_links(request)),
        "home_links": SimpleLazyObject(home_links),
        "current_section": current_section(match),
        "canonical_url": settings.SITE_URL + request.path,
        "site_url": settings.SITE_URL,
        "demo_mode": settings.CMISE_DEMO,
        "contact_email": settings.CONTACT_EMAIL,
    }


def language_links(request: HttpRequest) -> list[LanguageLink]:
    """The same page in every language, with its query; a page that exists only once leads to each home page.

    A choice of language is remembered by the address for anonymous visitors, who get no cookie for reading, and by
    the preferred language of the account for everyone who signs in.
    """
    match = getattr(request, "resolver_match", None)
    query = request.META.get("QUERY_STRING", "")
    if match is None or not get_language_from_path(request.path_info):
        return home_links()
    return [language_link(code, path_in(code, match), query) for code, _name in settings.LANGUAGES]


def home_links() -> list[LanguageLink]:
    """The home page in every language: for pages that exist once, and for error pages, which repeat no address."""
    return [language_link(code, home_in(code)) for code, _name in settings.LANGUAGES]


def language_link(code: str, path: str, query: str = "") -> LanguageLink:
    """One entry of the switch, under the name that the language gives itself."""
    return LanguageLink(
        code=code,
        name=own_name(code),
        url=f"{path}?{query}" if query else path,
        absolute=settings.SITE_URL + path,
        current=code == get_language(),
    )


@cache
def own_name(code: str) -> str:
    name = str(get_language_info(code)["name_local"])
    return name[:1].upper() + name[1:]


def path_in(code: str, match: ResolverMatch) -> str:
    """The address of the matched page in a language, or of the home page where that language has none."""
    if not match.args and not match.kwargs:
        return _plain_path_in(code, match.view_name, get_script_prefix(), settings.ROOT_URLCONF)
    with override(code):
        try:
            return reverse(match.view_name, args=match.args, kwargs=match.kwargs)
        except NoReverseMatch:
            return home_in(code)


@lru_cache(maxsize=512)
def _plain_path_in(code: str, view_name: str, prefix: str, urlconf: str) -> str:
    """Of a page without arguments, of which there are few: Django is asked once."""
    with override(code):
        try:
            return reverse(view_name)
        except NoReverseMatch:
            return home_in(code)


def home_in(code: str) -> str:
    """The address of the home page in a language."""
    with override(code):
        return reverse("home")


def current_section(match: ResolverMatch | None) -> str:
    """The entry of the main navigation to mark as current, or an empty string."""
    if match is None or not match.url_name:
        return ""
    if match.url_name == "about-data":
        return "data"
    return NAVIGATION.get(match.url_name.split("-")[0], "")
