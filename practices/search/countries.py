"""Countries in words."""

from functools import lru_cache

from django.utils import translation
from django_countries import countries


@lru_cache(maxsize=2_000)
def country_name(code: str, language: str) -> str:
    """Remembered: the library looks it up anew each time, and takes a while."""
    with translation.override(language):
        return str(countries.name(code) or code)
