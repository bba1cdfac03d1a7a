"""The form of a section, made from the document's definition.

It only draws: what was typed is saved first, valid or not, and then shown from the document with what
`practices.validation.problems` says about it. So a form is never bound, and nothing typed can be dropped by cleaning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from practices.choices import Visibility
from practices.content import Column, Field, Kind
from practices.validation import MAX_ROWS, Problem
from submissions.choices import ProposalStatus
from submissions.forms.answers import Labels, columns_of
from submissions.guidance import EXAMPLES, PURPOSES, Example, Text
from submissions.models import Remark, Submission
from submissions.services.terms import LONGEST, proposal_name, vocabularies_on
from submissions.steps import TRANSLATION, Step

# Texts with room for more than this many characters get a larger box.
LONG_TEXT = 1500
OPTION_HINTS = {
    "visibility": {
        Visibility.PUBLIC: _("The practice is in the public catalogue. The two fields for colleagues are not."),
        Visibility.PEERS: _("Only people whose work for a municipality we have checked."),
        Visibility.MODERATORS: _("Nobody else finds it, for example while the city still decides."),
    }
}


@dataclass
class Entry:
    """One entry of a field that is entered in rows."""

    number: int
    name: str
    fields: list[BoundField]
    filled: bool


@dataclass
class Block:
    """What the section's page draws for one field of the document: a control, or entries with a heading."""

    name: str
    field: BoundField | None = None
    label: str = ""
    hint: str = ""
    entries: list[Entry] = dataclass_field(default_factory=list)
    remarks: list[dict[str, Any]] = dataclass_field(default_factory=list)
    errors: list[str] = dataclass_field(default_factory=list)
    full: bool = False
    purpose: Text = ""
    example: Example | None = None


@dataclass(frozen=True)
class Other:
    """The box below the terms of a vocabulary for one that is missing there. `decided`: what became of an earlier one,
    in words, with its `earlier` text."""

    name: str
    text: str
    language: str
    limit: int
    earlier: str = ""
    decided: str = ""


@dataclass(frozen=True)
class Tick:
    """The box below a long text by which the city answers that it does not know. A text says more than the tick."""

    label: Text
    value: str
    ticked: bool


class SectionForm(forms.Form):
    """One section of one submission, showing `content`."""

    use_required_attribute = False

    def __init__(
        self,
        submission: Submission,
        section: Step,
        *,
        content: Mapping[str, Any] | None = None,
        problems: Sequence[Problem] = (),
        remarks: Mapping[str, list[dict[str, Any]]] | None = None,
        add: str = "",
        others: Mapping[str, str] | None = None,
    ):
        """`others`: what was typed for missing terms, where that is not what is saved."""
        super().__init__(auto_id="id_%s")
        self.submission, self.section = submission, section
        self.others = self._others(others or {})
        self.content = submission.content if content is None else content
        self.remarks = remarks or {}
        self.labels = Labels()
        self.row_counts: dict[str, int] = {}
        for field in section.fields:
            if columns_of(field):
                self._add_rows(field, add == field.name)
            else:
                self.fields[field.name] = self._control(field)
        self.order: tuple[Field, ...] = section.fields
        self._errors = ErrorDict()
        self.row_errors: dict[str, list[str]] = {}
        for problem in problems:
            self._place(problem)

    def _place(self, problem: Problem) -> None:
        """Put a problem at the control it is about."""
        if problem.field not in {field.name for field in self.order}:
            return
        parts = problem.path.split(".")
        candidates = ["-".join(parts[:3]), parts[0]]
        control = next((name for name in candidates if name in self.fields), None)
        if control is None:
            self.row_errors.setdefault(problem.field, []).append(str(problem.message))
        else:
            self._errors.setdefault(control, self.error_class(renderer=self.renderer)).append(str(problem.message))

    def _others(self, typed: Mapping[str, str]) -> dict[str, Other]:
        asked = vocabularies_on(self.section)
        known = {one.vocabulary: one for one in self.submission.term_proposals.all()} if asked else {}
        boxes = {}
        for vocabulary in asked:
            proposal = known.get(vocabulary)
            waits = proposal is not None and proposal.status == ProposalStatus.WAITING
            saved = proposal.text if proposal and waits else ""
            boxes[vocabulary] = Other(
                name=proposal_name(vocabulary),
                text=typed.get(vocabulary, saved),
                language=self.submission.language,
                limit=LONGEST,
                earlier=proposal.text if proposal and not waits else "",
                decided=str(ProposalStatus(proposal.status).label) if proposal and not waits else "",
            )
        return boxes

    def _text_attributes(self) -> dict[str, str]:
        return {"lang": self.submission.language, "dir": "auto"}

    def _control(self, field: Field) -> forms.Field:
        value = self.content.get(field.name, field.empty)
        if field.kind is Kind.TERMS and isinstance(value, list):
            # A term that was merged is ticked as what it became part of; the next save writes that.
            value = list(dict.fromkeys(self.labels.current(field, slug) for slug in value if isinstance(slug, str)))
        elif field.kind is Kind.CITY:
            value = self.labels.current(field, value)
        # Our components read facts from the field that Django's classes do not know.
        control: Any
        if field.kind is Kind.CODE and field.choices:
            control = forms.ChoiceField(choices=field.choices.choices, widget=forms.RadioSelect)
        elif field.kind is Kind.FLAG:
            control = forms.BooleanField()
        elif field.kind is Kind.TERMS:
            options = self._with_unknown(self.labels.options(field), value if isinstance(value, list) else [])
            control = forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple)
        elif field.kind is Kind.CITY:
            control = self._city_select(field, value)
        elif field.kind is Kind.TEXT:
            rows = 10 if (field.asked_length or field.max_length) > LONG_TEXT else 5
            control = forms.CharField(widget=forms.Textarea(attrs={"rows": rows, **self._text_attributes()}))
        elif field.kind is Kind.YEAR:
            control = forms.CharField(widget=year_input())
        else:
            control = forms.CharField(widget=forms.TextInput(attrs=self._text_attributes()))
        control.required = False
        control.label, control.help_text = field.label, field.hint
        control.initial = value.get(self.submission.language, "") if isinstance(value, Mapping) else value
        # Read by the field's component.
        control.purpose, control.example = PURPOSES.get(field.name, ""), EXAMPLES.get(field.name)
        if field.may_be_unknown and self.section is not TRANSLATION:
            ticked = field.name in (self.content.get("unknown") or ())
            control.unknown = Tick(label=field.unknown_label, value=field.name, ticked=ticked)
        control.other = self.others.get(field.name)
        control.limit = field.asked_length or field.max_length or None
        # Where something is chosen already, nothing is left to be optional.
        control.optional = not field.required and field.kind is not Kind.FLAG and field.default is None
        control.remarks = self.remarks.get(field.name, [])
        hints: Mapping[Any, Text] = (
            self.labels.definitions(field) if field.vocabulary else OPTION_HINTS.get(field.name, {})
        )
        control.option_hints = {str(code): hint for code, hint in hints.items()}
        return control

    def _city_select(self, field: Field, value: Any) -> forms.ChoiceField:
        chosen = [value] if isinstance(value, str) and value else []
        options = self._with_unknown(self.labels.options(field), chosen)
        return forms.ChoiceField(choices=[("", _("Choose a city")), *options], widget=forms.Select)

    @staticmethod
    def _with_unknown(options: list[tuple[str, str]], chosen: list[Any]) -> list[tuple[str, str]]:
        """What was chosen stays chosen, also where it is not known any more."""
        known = dict(options)
        return options + [(str(slug), str(slug)) for slug in chosen if slug not in known]

    def _add_rows(self, field: Field, one_more: bool) -> None:
        value = self.content.get(field.name)
        rows = value if isinstance(value, list) else []
        blank = 1 if one_more or not rows else 0
        self.row_counts[field.name] = len(rows) + blank
        for index, row in enumerate([*rows, *[{}] * blank]):
            cells = row if isinstance(row, Mapping) else {columns_of(field)[0].name: row}
            for column in columns_of(field):
                name = f"{field.name}-{index}-{column.name}"
                self.fields[name] = self._cell(field, column, cells.get(column.name, ""))

    def _cell(self, field: Field, column: Column, value: Any) -> forms.Field:
        control: Any
        if column.kind is Kind.CITY:
            value = self.labels.current(field, value)
            control = self._city_select(field, value)
        elif column.kind is Kind.YEAR:
            control = forms.CharField(widget=year_input())
        elif column.kind is Kind.TEXT:
            control = forms.CharField(widget=forms.Textarea(attrs={"rows": 3, **self._text_attributes()}))
        else:
            attributes = {"inputmode": "url"} if column.is_url else self._text_attributes()
            control = forms.CharField(widget=forms.TextInput(attrs=attributes))
        control.required = False
        control.label = column.label
        control.initial = value.get(self.submission.language, "") if isinstance(value, Mapping) else value
        control.optional = not column.required and column.kind is not Kind.CITY
        return control

    @property
    def blocks(self) -> list[Block]:
        """Everything to draw, in the order of the document."""
        return [self._block(field) for field in self.order]

    def _block(self, field: Field) -> Block:
        if field.name not in self.row_counts:
            return Block(name=field.name, field=self[field.name])
        count = self.row_counts[field.name]
        entries = [
            Entry(
                number=index + 1,
                name=f"{field.name}-{index}",
                fields=[self[f"{field.name}-{index}-{column.name}"] for column in columns_of(field)],
                filled=index < len(self.content.get(field.name) or []),
            )
            for index in range(count)
        ]
        return Block(
            name=field.name,
            label=str(field.label),
            hint=str(field.hint),
            entries=entries,
            remarks=self.remarks.get(field.name, []),
            errors=self.row_errors.get(field.name, []),
            full=count >= MAX_ROWS,
            purpose=PURPOSES.get(field.name, ""),
            example=EXAMPLES.get(field.name),
        )


def year_input() -> forms.TextInput:
    """A short box that keeps whatever was typed; a number input would swallow it."""
    return forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"})


def remark_rows(remarks: Sequence[Remark], section: Step, heading: str, posted: Any = None) -> dict[str, list[dict]]:
    """Remarks as the page shows them, by the field they stand at; those about the whole stand under an empty name.

    `posted`: answers that were typed and not saved yet.
    """
    names = {field.name for field in section.fields}
    rows: dict[str, list[dict]] = {}
    for remark in remarks:
        place = remark.path.split(".")[0]
        reply = posted.get(f"reply-{remark.pk}", "") if posted is not None else remark.reply
        ticked = str(remark.pk) in posted.getlist("answered") if posted is not None else bool(remark.answered_at)
        rows.setdefault(place if place in names else "", []).append(
            {
                "id": remark.pk,
                "heading": heading,
                "when": remark.sent_at,
                "text": remark.text,
                "lang": "",
                "field_name": "answered",
                "answered": ticked,
                "reply_name": f"reply-{remark.pk}",
                "reply": reply,
            }
        )
    return rows
