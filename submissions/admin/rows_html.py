"""The rows of the queue as HTML.

Fifty stand on a page: a template would take longer than everything else about it. So their frame is written here, and
whatever several rows have in common is put into words once.
"""

from collections.abc import Callable, Hashable, Iterable
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from submissions.admin.rows import Row

CELL = '<td role="cell"><span class="desk-rows-label">{}</span> {}</td>'


def draw_rows(rows: Iterable[Row], *, select: bool) -> SafeString:
    """Lines of a table's body. `select`: with a box to tick and the buttons that take and give back."""
    drawing = Drawing(select=select)
    return mark_safe("\n".join(map(drawing.row, rows)))  # noqa: S308 - every text in it is escaped


class Drawing:
    """Draws the rows of one page."""

    def __init__(self, *, select: bool):
        self._select = select
        self._words: dict[Hashable, str] = {}
        self._change = _address("change")
        self._claim, self._release = _address("claim"), _address("release")
        self._label_select, self._label_tag = escape(_("Select")), escape(pgettext("submissions", "Tag:"))
        self._label_status, self._label_sent = (
            escape(pgettext("submission", "Status")),
            escape(pgettext("submission", "Sent")),
        )
        self._label_city, self._label_moderator = escape(_("City")), escape(_("Moderator"))
        self._label_remarks, self._label_message = escape(_("Remarks and warnings")), escape(_("A message waits"))
        self._label_you, self._label_nobody = (
            escape(pgettext("moderator", "You")),
            escape(pgettext("moderator", "Nobody yet")),
        )
        self._label_own, self._label_conflict = escape(_("Your own text")), escape(_("Your city"))
        self._label_claim = escape(pgettext("action", "Take into review"))
        self._label_release = escape(pgettext("action", "Give back"))

    def row(self, row: Row) -> str:
        one, title = row.submission, escape(row.title)
        return (
            f'<tr role="row">{self._box(row, title)}'
            f'<th scope="row" role="rowheader" class="desk-rows-title">'
            f'<a href="{self._change(one.pk)}" lang="{one.language}" dir="auto">{title}</a> '
            f'<span class="desk-meta">{escape(row.about)}</span>{self._tags(row)}</th>'
            f"{CELL.format(self._label_status, self._status(row))}"
            f"{CELL.format(self._label_sent, self._sent(row))}"
            f"{CELL.format(self._label_city, self._place(row))}"
            f"{CELL.format(self._label_moderator, self._moderator(row, title))}"
            f"{CELL.format(self._label_remarks, self._remarks(row))}</tr>"
        )

    def _once(self, key: Hashable, make: Callable[[], Any]) -> str:
        """A text that stood in a row before, or is put into words now."""
        found = self._words.get(key)
        if found is None:
            found = self._words[key] = escape(str(make()))
        return found

    def _box(self, row: Row, title: str) -> str:
        if not self._select:
            return ""
        return (
            '<td role="cell" class="action-checkbox"><input type="checkbox" name="_selected_action" '
            f'value="{row.submission.pk}" class="action-select" aria-label="{self._label_select}: {title}"></td>'
        )

    def _tags(self, row: Row) -> str:
        hidden = f'<span class="visually-hidden">{self._label_tag} </span>'
        return "".join(f' <span class="desk-tag" dir="auto">{hidden}{escape(tag)}</span>' for tag in row.tags)

    def _status(self, row: Row) -> str:
        status = row.submission.status
        label = self._once(("status", status), lambda: row.status)
        return (
            f'<span class="desk-badge desk-badge--{status}">{label}</span> '
            f'<span class="desk-meta">{escape(row.standing)}</span>'
        )

    def _sent(self, row: Row) -> str:
        due = self._once(("due", row.due, row.overdue), lambda: row.due_in_words)
        if row.overdue:
            due = f'<strong class="desk-late">{due}</strong>'
        return f'{escape(row.age)} <span class="desk-meta">{due}</span>'

    def _place(self, row: Row) -> str:
        return self._once(("place", row.submission.city_id), lambda: row.place) or "–"

    def _moderator(self, row: Row, title: str) -> str:
        assignee = row.submission.assignee
        if row.mine:
            who = self._label_you
        else:
            who = f"<bdi>{escape(str(assignee))}</bdi>" if assignee else self._label_nobody
        return f"{who} {self._what_may_be_done(row, title)}"

    def _what_may_be_done(self, row: Row, title: str) -> str:
        if row.own:
            return f'<strong class="desk-meta">{self._label_own}</strong>'
        if row.conflict:
            return f'<strong class="desk-meta">{self._label_conflict}</strong>'
        if self._select and row.may_claim:
            return self._button(row, self._claim, self._label_claim, title)
        if self._select and row.may_release:
            return self._button(row, self._release, self._label_release, title)
        return ""

    def _button(self, row: Row, address: Callable[[int], str], label: str, title: str) -> str:
        return (
            f'<button class="desk-link" type="submit" formaction="{address(row.submission.pk)}" name="version" '
            f'value="{row.submission.version}">{label}<span class="visually-hidden">: {title}</span></button>'
        )

    def _remarks(self, row: Row) -> str:
        remarks = self._once(("remarks", row.answered, row.remarks), lambda: row.remarks_in_words)
        warnings = self._once(("warnings", row.warnings), lambda: row.warnings_in_words)
        if row.warnings:
            warnings = f"<strong>{warnings}</strong>"
        waits = f' <strong class="desk-meta">{self._label_message}</strong>' if row.message_waits else ""
        return f'{remarks}{waits} <span class="desk-meta">{warnings}</span>'


def _address(name: str) -> Callable[[int], str]:
    """Where a submission is looked at, or taken or given back, by its key."""
    before, _slash, after = reverse(f"admin:submissions_submission_{name}", args=[0]).rpartition("/0/")
    return lambda key: f"{before}/{key}/{after}"
