"""The rows of the translators' matrix as HTML: three hundred cells, for which a template would take longer than
everything else about the page."""

from collections.abc import Iterable
from functools import cache
from html import escape

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from submissions.admin.matrix import Cell, CellState, Row

register = template.Library()


@register.simple_tag
def matrix_rows(rows: Iterable[Row]) -> SafeString:
    """Lines of a table's body."""
    return mark_safe("\n".join(map(Drawing().row, rows)))  # noqa: S308 - every text in it is escaped


class Drawing:
    """Draws the rows of one page; what many cells say is put into words once."""

    def __init__(self) -> None:
        self._for_the_file = escape(_("for the file"))
        self._labels = {state: escape(str(state.label)) for state in CellState}
        self._languages = {code: escape(str(label)) for code, label in settings.LANGUAGES}
        self._lacking = cache(_lacking_in_words)
        # Where a text stands beside its original: the practice's key, then the language.
        self._record, _key = reverse("admin:practices_practicetext_record", args=[0, "xx"]).split("/0/xx/")

    def row(self, row: Row) -> str:
        practice, title, reference = row.practice, "", escape(row.practice.reference)
        if row.title:
            title = (
                f'<a href="{escape(practice.get_absolute_url())}" lang="{row.title.language}" dir="auto">'
                f"{escape(row.title.value)}</a>"
            )
        place = f'<span class="desk-meta">{escape(row.place)}</span>' if row.place else ""
        cells = "".join(self._cell(cell, practice.pk, reference) for cell in row.cells)
        return (
            f'<tr><th scope="row"><input type="checkbox" id="pk-{practice.pk}" name="pk" value="{practice.pk}"> '
            f'<label for="pk-{practice.pk}">{reference}'
            f'<span class="visually-hidden"> – {self._for_the_file}</span></label> {title} {place}</th>{cells}</tr>'
        )

    def _cell(self, cell: Cell, key: int, reference: str) -> str:
        label = self._labels[cell.state]
        if cell.state != CellState.ORIGINAL:
            hidden = f'<span class="visually-hidden"> – {reference}, {self._languages[cell.language]}</span>'
            label = f'<a href="{self._record}/{key}/{cell.language}/">{label}{hidden}</a>'
        told = []
        if cell.state == CellState.STALE and cell.by_machine:
            told.append(self._labels[CellState.MACHINE])
        if cell.lacking:
            told.append(self._lacking(cell.lacking))
        if cell.work:
            told.append(escape(str(cell.work.label)))
        more = "".join(f' <span class="desk-meta">{words}</span>' for words in told)
        return f'<td class="desk-cell-{cell.state}">{label}{more}</td>'


def _lacking_in_words(count: int) -> str:
    return escape(ngettext("%(count)s text missing", "%(count)s texts missing", count) % {"count": count})
