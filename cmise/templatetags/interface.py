"""Purely presentational tags: signs, form controls, addresses of the same list with one thing changed."""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from django import forms, template
from django.conf import settings
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import get_script_prefix
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

SPRITE = "img/pictograms.svg"
# Widgets that lay out their own options; `components/field.html` draws them.
OPTION_WIDGETS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
TEXT_TYPES = ("text", "search")


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, turn: bool = False, back: bool = False, faint: bool = False) -> SafeString:
    """A sign from the sprite, for decoration beside words.

    An arrow that points onward takes `turn`, one that points back takes `back`: both know the direction of the script.
    """
    return format_html(
        '<svg class="c-i{}{}{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        " c-i--turn" if turn else "",
        " c-i--back" if back else "",
        " c-i--faint" if faint else "",
        static(SPRITE),
        name,
    )


@register.simple_tag
def drawn(component: str, **arguments: Hashable) -> SafeString:
    """A component that depends on the language and its arguments alone, drawn once for all pages."""
    draw = _drawn.__wrapped__ if settings.DEBUG else _drawn
    return draw(component, (get_language(), get_script_prefix(), settings.ROOT_URLCONF), **arguments)


@lru_cache(maxsize=512)
def _drawn(component: str, frame: tuple[Hashable, ...], **arguments: Hashable) -> SafeString:
    return mark_safe(get_template(f"components/{component}.html").render(arguments))  # noqa: S308 - a template escapes


@register.filter
def control_kind(field: BoundField) -> str:
    """How `components/field.html` draws a field: options, checkbox, hidden or plain."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "plain"


@register.simple_tag
def control(field: BoundField, described_by: str = "") -> SafeString:
    """The control of a field with the classes of the design system and everything that describes it."""
    # No placeholders: they vanish with the first letter and many people take them for an answer. Hints stand outside.
    attributes: dict[str, Any] = {"class": control_classes(field), "placeholder": False}
    widget = field.field.widget
    if isinstance(widget, forms.Textarea):
        # A browser cuts pasted text at maxlength without a word; the limit is shown and checked on the server instead.
        attributes["maxlength"] = False
        attributes.setdefault("rows", widget.attrs.get("rows", 5))
    if isinstance(widget, forms.Textarea) or getattr(widget, "input_type", "") in TEXT_TYPES:
        attributes["dir"] = widget.attrs.get("dir", "auto")
    if isinstance(widget, forms.NumberInput):
        attributes["inputmode"] = "numeric"
    ids = " ".join(part for part in (field.aria_describedby, described_by) if part)
    if ids:
        attributes["aria-describedby"] = ids
    return field.as_widget(attrs=attributes)


def control_classes(field: BoundField) -> str:
    """The classes of the design system for a control, with those of the form behind them."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        base = "govuk-checkboxes__input"
    elif isinstance(widget, forms.Textarea):
        base = "govuk-textarea"
    elif isinstance(widget, forms.Select):
        base = "govuk-select"
    elif isinstance(widget, forms.FileInput):
        base = "govuk-file-upload"
    else:
        base = "govuk-input"
    classes = [base]
    if field.errors:
        classes.append(f"{base}--error")
    if isinstance(widget, forms.NumberInput):
        classes.append("govuk-input--width-4")
    if own := widget.attrs.get("class"):
        classes.append(own)
    return " ".join(classes)


@register.filter
def first_control_id(field: BoundField) -> str:
    """Where a link from the error summary leads: the control, or the first of its options."""
    if isinstance(field.field.widget, OPTION_WIDGETS):
        return f"{field.auto_id}_0"
    return str(field.id_for_label or field.auto_id)


@register.filter
def typed_length(field: BoundField) -> int:
    """How many characters stand in a field, as the limit counts them."""
    return len(str(field.value() or "").strip())


@register.simple_tag
def query_with(query: QueryDict | str, **changes: Any) -> str:
    """A query string with parameters replaced, or removed where the new value is None or empty."""
    changed = QueryDict(query if isinstance(query, str) else "", mutable=True)
    if not isinstance(query, str):
        # `copy` copies whatever could stand in it; these are texts.
        for name, values in query.lists():
            changed.setlist(name, values)
    for name, value in changes.items():
        if value is None or value == "":
            changed.pop(name, None)
        else:
            changed[name] = value
    encoded = changed.urlencode()
    return f"?{encoded}" if encoded else "?"


@register.filter
def is_long_text(field: BoundField) -> bool:
    """Whether a field is a text area."""
    return isinstance(field.field.widget, forms.Textarea)


@register.filter
def option_hint(field: BoundField, value: Any) -> str:
    """The explanation of one option, where the form gives explanations."""
    hints: dict[str, str] = getattr(field.field, "option_hints", {})
    return hints.get(str(value), "")


@register.simple_tag
def page_numbers(page_obj: Page[Any]) -> list[int | None]:
    """The pages to link: first, last and those around the current one, with None for what is left out."""
    numbers = page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in numbers]


@register.filter
def limit_of(field: BoundField) -> int | None:
    """How many characters a field takes: what its form shows, or what it enforces."""
    limit: int | None = getattr(field.field, "limit", None) or getattr(field.field, "max_length", None)
    return limit
