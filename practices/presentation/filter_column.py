"""The filters of the catalogue as HTML. A hundred options stand on a page: a template would take longer than all the
rest of it."""

from collections.abc import Callable, Hashable, Iterable
from html import escape
from typing import Any, TypeVar

from django.urls import reverse
from django.utils.formats import localize
from django.utils.safestring import SafeString
from django.utils.translation import ngettext, pgettext

from practices.facets import Option
from practices.presentation.filters import FacetView

Made = TypeVar("Made")

HIDDEN = "govuk-visually-hidden"


def facets_html(facets: Iterable[FacetView], words: dict[Hashable, Any], *, form: str) -> SafeString:
    """All groups of filters. `words` holds the names of options that were written before for the same circle and
    language, in the same state of the registry; `form` is the id of the search form."""
    return SafeString("".join([f"{_facet(facet, words, form)}\n" for facet in facets]))


def _facet(facet: FacetView, words: dict[Hashable, Any], form: str) -> str:
    """One group of filters to tick, some of its values folded away."""
    name, label = escape(facet.name), escape(facet.label)
    described = f' aria-describedby="{name}-error"' if facet.errors else ""
    parts = [
        f'<details class="c-facet" id="facet-{name}"{" open" if facet.open else ""}>'
        f"<summary><span>{label}</span>{_chosen(facet.selected_count)}</summary>\n"
        f'<fieldset{described}><legend class="{HIDDEN}">{label}</legend>\n',
        _errors(name, facet.errors),
        _options(name, facet.options, words, form),
    ]
    if facet.more_options:
        count = len(facet.more_options)
        more = _once(words, ("more", count), lambda: _more(count))
        parts += [
            f'\n<details class="c-facet__rest"><summary class="c-facet__more">{more}'
            f'<span class="{HIDDEN}"> – {label}</span></summary>\n',
            _options(name, facet.more_options, words, form),
            "</details>",
        ]
    if facet.left_out:
        others = _once(words, ("other cities", facet.left_out), lambda: _other_cities(facet.left_out))
        parts.append(f'\n<p class="c-facet__more">{others}</p>')
    return "".join([*parts, "\n</fieldset></details>"])


def _chosen(count: int) -> str:
    if not count:
        return ""
    selected = escape(pgettext("filters", "selected"))
    return f'<span class="c-facet__on">{localize(count)}<span class="{HIDDEN}"> {selected}</span></span>'


def _errors(name: str, errors: Iterable[str]) -> str:
    lines = "".join(f'<p class="govuk-error-message">{escape(error)}</p>' for error in errors)
    return f'<div id="{name}-error">{lines}</div>\n' if lines else ""


def _more(count: int) -> str:
    text = ngettext("Show %(number)s more", "Show %(number)s more", count) % {"number": localize(count)}
    return escape(text)


def _other_cities(count: int) -> str:
    text = ngettext("%(number)s more city", "%(number)s more cities", count) % {"number": localize(count)}
    return f'<a href="{reverse("city-list")}">{escape(text)}</a>'


def _once(words: dict[Hashable, Any], key: Hashable, make: Callable[[], Made]) -> Made:
    """A piece that was written before, or is written now."""
    found: Made | None = words.get(key)
    if found is None:
        found = words[key] = make()
    return found


def _options(name: str, options: Iterable[Option], words: dict[Hashable, Any], form: str) -> str:
    return "".join([_option(name, option, words, form) for option in options])


def _option(name: str, option: Option, words: dict[Hashable, Any], form: str) -> str:
    box, label = _once(words, (form, name, option.value), lambda: _named(name, option, form))
    return (
        f"{box}{' checked' if option.selected else ''}{label}{option.count}</span>"
        '<svg class="c-bar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="c-bar__t" width="100" height="3"/>'
        f'<rect class="c-bar__v" width="{option.share}" height="3"/></svg></label></div>\n'
    )


def _named(name: str, option: Option, form: str) -> tuple[str, str]:
    """The beginning of an option up to where it is ticked, and from there up to its count."""
    value = escape(option.value)
    return (
        f'\n<div class="c-opt"><input form="{form}" id="{name}-{value}" name="{name}" value="{value}" type="checkbox"',
        f'><label for="{name}-{value}"><span class="c-opt__l">{escape(option.label)}</span><span class="c-opt__n">',
    )
