"""The parameters that every answer of the API understands; those of the catalogue are `practices.catalogue`'s."""

import re
from math import ceil
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from practices.api.problems import BadParameters

PAGE_SIZE = 20
LARGEST_PAGE_SIZE = 100
LARGEST_PAGE = 1_000_000


def single_language(params: QueryDict) -> str | None:
    """The language that `lang` asks for, or None where every language is wanted."""
    value = params.get("lang", "")
    if value and value not in settings.LANGUAGE_CODES:
        known = ", ".join(settings.LANGUAGE_CODES)
        raise BadParameters({"lang": [_("Choose one of these languages: %(known)s.") % {"known": known}]})
    return value or None


def page_and_size(params: QueryDict, errors: dict[str, list[Any]]) -> tuple[int, int]:
    """The wanted page and its length; what is wrong with them is added to `errors`."""
    page = _whole_number(params, "page", 1, LARGEST_PAGE, errors)
    size = _whole_number(params, "page_size", PAGE_SIZE, LARGEST_PAGE_SIZE, errors)
    return page, size


def check_page(page: int, size: int, count: int) -> int:
    """The number of pages. A page after the last is an error; the first is always there, if empty."""
    pages = max(1, ceil(count / size))
    if page > pages:
        raise BadParameters({"page": [_("Write a whole number from 1 to %(largest)d.") % {"largest": pages}]})
    return pages


def _whole_number(params: QueryDict, name: str, default: int, largest: int, errors: dict[str, list[Any]]) -> int:
    value = params.get(name, "")
    if not value:
        return default
    if re.fullmatch(r"[0-9]{1,9}", value) and 1 <= int(value) <= largest:
        return int(value)
    errors[name] = [_("Write a whole number from 1 to %(largest)d.") % {"largest": largest}]
    return default
