"""Purely presentational tags: signs, form controls, components that are drawn once, links to other pages."""

from functools import lru_cache
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cmise.presentation.drawn import drawn
from cmise.presentation.language_links import language_links_html
from cmise.presentation.pagination import pagination

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


@register.simple_tag(name="drawn")
def drawn_component(component: str, *open_places: str, **arguments: Any) -> SafeString:
    """A component that is drawn once for all pages. It depends on its arguments, except for those whose names stand in
    `open_places`: these are filled in anew, and may be anything."""
    filled = {name: arguments.pop(name) for name in open_places}
    return drawn(component, filled, **arguments)


register.simple_tag(language_links_html, name="language_links")
register.simple_tag(pagination)


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


@register.filter
def is_long_text(field: BoundField) -> bool:
    """Whether a field is a text area."""
    return isinstance(field.field.widget, forms.Textarea)


@register.filter
def option_hint(field: BoundField, value: Any) -> str:
    """The explanation of one option, where the form gives explanations."""
    hints: dict[str, str] = getattr(field.field, "option_hints", {})
    return hints.get(str(value), "")


@register.filter
def limit_of(field: BoundField) -> int | None:
    """How many characters a field takes: what its form shows, or what it enforces."""
    limit: int | None = getattr(field.field, "limit", None) or getattr(field.field, "max_length", None)
    return limit
