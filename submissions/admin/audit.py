"""The whole log as a page and as a file: to search, to filter and to take along. It holds no button that changes it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cities.models import City
from practices.exports.spreadsheet import lines, spoken
from submissions.audit import (
    COUNTED_TO,
    FIRST_DAY,
    LAST_DAY,
    MOST_IN_A_FILE,
    Entry,
    Log,
    Place,
    Wanted,
    choices,
    count,
    everything,
    page,
)

PAGE = 50
COLUMNS = ("at", "log", "action", "person", "reference", "about", "city", "change", "note")
LONGEST = 200


DAY: dict[str, Any] = {
    "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    "validators": [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
}


class LogFilterForm(forms.Form):
    """What is looked for, in the address of the page. Nothing that is typed makes it fail."""

    q = forms.CharField(
        label=gettext_lazy("Note, title or reference"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    person = forms.CharField(
        label=gettext_lazy("Name or e-mail address of who did it"), required=False, max_length=LONGEST
    )
    log = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    action = forms.ChoiceField(label=pgettext_lazy("log", "Action"), required=False)
    city: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("City"), required=False, queryset=City.objects.none(), to_field_name="slug"
    )
    since = forms.DateField(label=gettext_lazy("From"), required=False, **DAY)
    until = forms.DateField(label=gettext_lazy("Until"), required=False, **DAY)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        anything = ("", pgettext_lazy("log", "Anything"))
        self.fields["log"].choices = [anything, *Log.choices]
        self.fields["action"].choices = [anything, *choices()]
        self.fields["city"].queryset = City.objects.order_by("slug")
        self.fields["city"].empty_label = anything[1]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("since") and values.get("until") and values["until"] < values["since"]:
            self.add_error("until", _("This day is before the first one."))
        return values

    def wanted(self) -> Wanted:
        values = self.cleaned_data
        return Wanted(
            text=values["q"],
            person=values["person"],
            log=values["log"],
            action=values["action"],
            city=values["city"],
            since=values["since"],
            until=values["until"],
        )


def audit_page(request: HttpRequest) -> TemplateResponse:
    """A page of the log. With a filter that cannot be read it says so and shows nothing."""
    form = LogFilterForm(request.GET)
    wanted = form.wanted() if form.is_valid() else None
    entries: list[Entry] = []
    next_place = None
    if wanted is not None:
        entries, next_place = page(wanted, after=Place.read(request.GET.get("after", "")), size=PAGE)
    # As it came: what is searched may be anything, and goes into the links of the page.
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        **admin.site.each_context(request),
        "title": _("Log"),
        "form": form,
        "entries": entries,
        "how_many": _how_many(wanted),
        "query": query.urlencode(),
        "next_place": next_place,
        "is_later_page": "after" in request.GET,
        "most_in_a_file": number_format(MOST_IN_A_FILE, force_grouping=True),
    }
    return TemplateResponse(request, "admin/submissions/audit.html", context)


def _how_many(wanted: Wanted | None) -> str:
    if wanted is None:
        return ""
    number = count(wanted)
    if number > COUNTED_TO:
        return _("More than %(number)s") % {"number": number_format(COUNTED_TO, force_grouping=True)}
    return number_format(number, force_grouping=True)


def audit_table(request: HttpRequest) -> StreamingHttpResponse | TemplateResponse:
    """What the filters find, as a file."""
    form = LogFilterForm(request.GET)
    if not form.is_valid():
        return audit_page(request)
    file = spoken(lines(table(form.wanted())), request.user.language)
    response = StreamingHttpResponse(file, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="log-{timezone.localdate():%Y-%m-%d}.csv"'
    return response


def table(wanted: Wanted) -> Iterator[list[str]]:
    """The rows of the file, newest first. Where it ends before the log does, its last row says so."""
    yield [*COLUMNS]
    for number, entry in enumerate(everything(wanted)):
        if number == MOST_IN_A_FILE:
            yield [_("There is more: this file ends here. Choose fewer days to get the rest.")]
            return
        yield _cells(entry)


def _cells(entry: Entry) -> list[str]:
    return [
        timezone.localtime(entry.at).isoformat(timespec="seconds"),
        entry.log.value,
        entry.action,
        entry.person,
        entry.reference,
        entry.about,
        entry.city,
        entry.change,
        entry.note,
    ]
