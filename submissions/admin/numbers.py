"""The numbers as a page with charts and a table, as pictures and as files for spreadsheets. For moderators alone: a
city's row tells of what it sent, also of what only moderators read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.permissions import is_moderator
from practices.exports.spreadsheet import lines
from practices.presentation.reader import language_label
from submissions.models import Submission
from submissions.numbers import By, Numbers, courses, kinds, names_of_cities, numbers

LABELS = {
    By.MONTH: pgettext_lazy("numbers", "By month"),
    By.CITY: pgettext_lazy("numbers", "By city"),
    By.LANGUAGE: pgettext_lazy("numbers", "By language"),
    By.KIND: pgettext_lazy("numbers", "By kind"),
}
COLUMNS = (
    "sent",
    "waiting",
    "with_officers",
    "published",
    "declined",
    "withdrawn",
    "answered",
    "days_to_answer",
    "days_to_publication",
)
# Rows that a chart has room for; the table and the file hold all.
MOST_BARS = 24
# The drawing's own units: a label above two bars, a figure behind each.
WIDTH, ROW, TOP, BAR, LONGEST = 340, 46, 52, 11, 285


@dataclass(frozen=True)
class Bar:
    """One bar, and its value in words behind it."""

    y: float
    length: float
    words: str
    series: int

    @property
    def words_x(self) -> float:
        return self.length + 6

    @property
    def words_y(self) -> float:
        return self.y + BAR - 1.5


@dataclass(frozen=True)
class Group:
    label: str
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Chart:
    """Two series of bars, one group below the other: one filled, one hollow, told apart without colour."""

    name: str
    title: str
    series: tuple[str, str]
    groups: tuple[Group, ...]
    width: int = WIDTH
    bar: int = BAR

    @property
    def height(self) -> int:
        return TOP + ROW * len(self.groups)


@dataclass(frozen=True)
class Row:
    """One line of the table, in words of the active language."""

    label: str
    cells: tuple[str, ...]


def charts_of(groups: list[tuple[str, Numbers]]) -> list[Chart]:
    shown = groups[:MOST_BARS]
    return [
        _chart(
            "counts",
            _("Sent, and published of these"),
            (pgettext("numbers", "Sent"), pgettext("numbers", "Published")),
            shown,
            (lambda row: row.sent, lambda row: row.published),
        ),
        _chart(
            "days",
            _("Median days to the first answer and to publication"),
            (_("To the first answer"), _("To publication")),
            shown,
            (lambda row: row.days_to_answer, lambda row: row.days_to_publication),
        ),
    ]


def _chart(
    name: str,
    title: str,
    series: tuple[str, str],
    groups: list[tuple[str, Numbers]],
    values: tuple[Callable[[Numbers], float | None], Callable[[Numbers], float | None]],
) -> Chart:
    most = max((value(row) or 0 for _label, row in groups for value in values), default=0) or 1
    drawn = []
    for place, (label, row) in enumerate(groups):
        top = TOP + place * ROW
        found = [value(row) for value in values]
        bars = tuple(
            Bar(
                y=top + 16 + series_number * (BAR + 2),
                length=round(LONGEST * (value or 0) / most, 1),
                words=in_words(value),
                series=series_number + 1,
            )
            for series_number, value in enumerate(found)
        )
        drawn.append(Group(label=label, y=top + 11, bars=bars))
    return Chart(name=name, title=title, series=series, groups=tuple(drawn))


def in_words(value: float | None) -> str:
    """A whole number, days with one decimal, and a dash where there is nothing to count."""
    if value is None:
        return "–"
    return number_format(value, decimal_pos=1 if isinstance(value, float) else 0)


def labelled(by: By, groups: Iterable[Numbers]) -> list[tuple[str, Numbers]]:
    """Each group with its name in the active language."""
    groups = list(groups)
    if by == By.MONTH:
        return [(date_format(group.key, "YEAR_MONTH_FORMAT"), group) for group in groups]
    if by == By.LANGUAGE:
        return [(language_label(str(group.key)), group) for group in groups]
    names = names_of_cities(groups) if by == By.CITY else kinds()
    return [(names.get(group.key) or pgettext("numbers", "No city"), group) for group in groups]


# --- Doors ------------------------------------------------------------------------------------------------------------


def number_urls(site: admin.AdminSite) -> list[URLPattern]:
    """The addresses of the page, its files and its pictures, to stand before those of the records."""
    return [
        path("numbers/", site.admin_view(page), name="submissions_numbers"),
        path("numbers/<str:by>.csv", site.admin_view(table), name="submissions_numbers_csv"),
        path("numbers/<str:by>-<str:name>.svg", site.admin_view(picture), name="submissions_numbers_svg"),
    ]


def page(request: HttpRequest) -> HttpResponse:
    by = _asked_for(request, request.GET.get("by", By.MONTH.value))
    known = courses()
    groups = labelled(by, numbers(by, known))
    context = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "opts": Submission._meta,
        "title": _("Numbers"),
        "by": by.value,
        "ways": [(way.value, LABELS[way]) for way in By],
        "charts": charts_of(groups),
        "cut": len(groups) > MOST_BARS,
        "most": MOST_BARS,
        "rows": [Row(label, _cells(row)) for label, row in groups],
        "total": Row(pgettext("numbers", "All"), _cells(Numbers(None, known))),
        "first_column": FIRST_COLUMN[by],
        "empty": not known,
    }
    return TemplateResponse(request, "admin/submissions/numbers.html", context)


def table(request: HttpRequest, by: str) -> HttpResponse:
    """All rows, with days as plain decimal numbers."""
    way = _asked_for(request, by)
    response = HttpResponse(lines(_lines(way, numbers(way, courses()))), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="numbers-{way}.csv"'
    return response


def picture(request: HttpRequest, by: str, name: str) -> HttpResponse:
    """One chart as a file of its own."""
    way = _asked_for(request, by)
    groups = labelled(way, numbers(way, courses()))
    chart = next((chart for chart in charts_of(groups) if chart.name == name), None)
    if chart is None:
        raise Http404
    svg = render_to_string("admin/submissions/numbers_chart.html", {"chart": chart, "alone": True})
    response = HttpResponse(svg.strip(), content_type="image/svg+xml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{way}.svg"'
    return response


FIRST_COLUMN = {
    By.MONTH: pgettext_lazy("numbers", "Month"),
    By.CITY: gettext_lazy("City"),
    By.LANGUAGE: gettext_lazy("Language"),
    By.KIND: gettext_lazy("Kind"),
}


def _asked_for(request: HttpRequest, by: str) -> By:
    if not is_moderator(request.user):
        raise PermissionDenied
    try:
        return By(by)
    except ValueError:
        raise Http404 from None


def _cells(row: Numbers) -> tuple[str, ...]:
    return tuple(in_words(getattr(row, column)) for column in COLUMNS)


def _lines(by: By, groups: list[Numbers]) -> Iterator[list[str]]:
    yield [by.value, *COLUMNS]
    codes = {group.key: label for label, group in labelled(by, groups)} if by == By.CITY else {}
    for group in groups:
        key = group.key.strftime("%Y-%m") if by == By.MONTH else codes.get(group.key, group.key)
        values = [getattr(group, column) for column in COLUMNS]
        plain = ["" if value is None else round(value, 2) if isinstance(value, float) else value for value in values]
        yield [str(cell) for cell in (key, *plain)]
