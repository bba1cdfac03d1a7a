"""The filters of the catalogue as HTML. A hundred options stand on a page: a template would take longer than all the
rest of it."""

from collections.abc import Iterable
from html import escape

from django.urls import reverse
from django.utils.formats import localize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext, pgettext

from practices.facets import Option
from practices.presentation.filters import FacetView

HIDDEN = "govuk-visually-hidden"


def facet_html(facet: FacetView, *, form: str) -> SafeString:
    """One group of filters to tick, some of its values folded away. `form` is the id of the search form."""
    name, label = escape(facet.name), escape(facet.label)
    described = f' aria-describedby="{name}-error"' if facet.errors else ""
    parts = [
        f'<details class="c-facet" id="facet-{name}"{" open" if facet.open else ""}>'
        f"<summary><span>{label}</span>{_chosen(facet.selected_count)}</summary>\n"
        f'<fieldset{described}><legend class="{HIDDEN}">{label}</legend>\n',
        _errors(name, facet.errors),
        _options(name, facet.options, form),
    ]
    if facet.more_options:
        count = len(facet.more_options)
        more = ngettext("Show %(number)s more", "Show %(number)s more", count) % {"number": localize(count)}
        parts += [
            f'\n<details class="c-facet__rest"><summary class="c-facet__more">{escape(more)}'
            f'<span class="{HIDDEN}"> – {label}</span></summary>\n',
            _options(name, facet.more_options, form),
            "</details>",
        ]
    if facet.left_out:
        parts.append(f'\n<p class="c-facet__more">{_other_cities(facet.left_out)}</p>')
    return mark_safe("".join([*parts, "\n</fieldset></details>"]))  # noqa: S308 - every text in it is escaped


def _chosen(count: int) -> str:
    if not count:
        return ""
    selected = escape(pgettext("filters", "selected"))
    return f'<span class="c-facet__on">{localize(count)}<span class="{HIDDEN}"> {selected}</span></span>'


def _errors(name: str, errors: Iterable[str]) -> str:
    lines = "".join(f'<p class="govuk-error-message">{escape(error)}</p>' for error in errors)
    return f'<div id="{name}-error">{lines}</div>\n' if lines else ""


def _other_cities(count: int) -> str:
    text = ngettext("%(number)s more city", "%(number)s more cities", count) % {"number": localize(count)}
    return f'<a href="{reverse("city-list")}">{escape(text)}</a>'


def _options(name: str, options: Iterable[Option], form: str) -> str:
    return "".join([_option(name, option, form) for option in options])


def _option(name: str, option: Option, form: str) -> str:
    value = escape(option.value)
    return (
        f'\n<div class="c-opt"><input form="{form}" id="{name}-{value}" name="{name}" value="{value}" type="checkbox"'
        f'{" checked" if option.selected else ""}><label for="{name}-{value}">'
        f'<span class="c-opt__l">{escape(option.label)}</span><span class="c-opt__n">{option.count}</span>'
        '<svg class="c-bar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="c-bar__t" width="100" height="3"/>'
        f'<rect class="c-bar__v" width="{option.share}" height="3"/></svg></label></div>\n'
    )
