"""What stands at every field of a record, as HTML: templates for it would take half of the page's time."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from practices.presentation.whole import ADDED, REMOVED, Part, Piece

register = template.Library()


@register.simple_tag
def word_by_word(pieces: Iterable[Piece]) -> SafeString:
    """What stayed, went and came. Which of it came and went is said in the language of the page."""
    told = f'<bdi class="visually-hidden" lang="{get_language()}">'
    marks = {
        ADDED: (f"<ins>{told}{escape(_('Added:'))} </bdi>", "</ins>"),
        REMOVED: (f"<del>{told}{escape(_('Removed:'))} </bdi>", "</del>"),
    }
    drawn = []
    for piece in pieces:
        before, after = marks.get(piece.kind, ("", ""))
        drawn.append(f"{before}{escape(piece.text)}{after}")
    return mark_safe("".join(drawn))  # noqa: S308 - every text in it is escaped


@register.simple_tag
def value(lines: Iterable[list[Part]]) -> SafeString:
    """The lines of a field's value."""
    drawn = [f'<p class="desk-text">{"<br>".join(map(_part, line))}</p>' for line in lines]
    if not drawn:
        drawn = [f'<p class="desk-none">{escape(_("Not stated"))}</p>']
    return mark_safe("\n".join(drawn))  # noqa: S308 - as above


def _part(part: Part) -> str:
    text, drawn, language = escape(part.text), "", ""
    if part.language:
        language = f' lang="{escape(part.language)}"'
        provenance = f" · {escape(part.provenance)}" if part.provenance else ""
        drawn += f'<span class="desk-language">{escape(part.language_name)}{provenance}</span>'
    if part.label:
        drawn += f'<span class="desk-cell">{escape(str(part.label))}</span> '
    if part.is_address:
        text = f'<a href="{text}" rel="noopener noreferrer">{text}</a>'
    drawn += f'<span{language} dir="auto">{text}</span>'
    if part.state:
        drawn += f' <span class="desk-meta">{escape(part.state)}</span>'
    return drawn


@register.simple_tag
def remark_form(path: str, csrf_token: str) -> SafeString:
    """An empty form for a remark at a field; `path` is empty for the whole."""
    path, heading = escape(path), escape(_("Write a remark"))
    return mark_safe(  # noqa: S308 - as above
        f'<details class="desk-ask"><summary>{heading}</summary><form method="post">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(csrf_token)}">'
        f'<input type="hidden" name="path" value="{path}">'
        f'<label for="remark-{path}">{escape(_("Remark"))}</label>'
        f'<textarea id="remark-{path}" name="text" rows="3" maxlength="3000" dir="auto"></textarea>'
        f'<button type="submit">{escape(_("Keep the remark"))}</button></form></details>'
    )
