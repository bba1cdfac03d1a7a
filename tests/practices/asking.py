"""Asks the catalogue as a page does."""

from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from practices.catalogue import Catalogue


def ask(*, user=None, reading="en", **parameters):
    """The catalogue's answer; a parameter may be a list."""
    query = urlencode(parameters, doseq=True, errors="surrogatepass")
    return Catalogue(QueryDict(query), user=user or AnonymousUser(), language=reading)


def slugs(catalogue, size=100):
    return [hit.practice.slug for hit in catalogue.page(1, size)]


def counts(catalogue, name):
    """A facet as value to count."""
    return {option.value: option.count for facet in catalogue.facets if facet.name == name for option in facet.options}
