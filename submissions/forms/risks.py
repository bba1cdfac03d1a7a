"""Warnings at the controls whose texts they are about."""

from collections.abc import Iterable
from typing import Any

from django import forms

from submissions.checks import RiskWarning
from submissions.services.risks import Risk


def control_of(warning: RiskWarning) -> str:
    """The name that the text's control has in its section's form."""
    parts = warning.path.split(".")
    return "-".join(parts[:3]) if len(parts) > 1 and parts[1].isdecimal() else parts[0]


def show_warnings(form: forms.Form, risks: Iterable[Risk], *, language: str, page: str) -> None:
    """Hang warnings on the form's fields, where `components/field-notes.html` reads them. The form shows the texts in
    one language; warnings about others stand on the page of warnings alone, whose address is `page`."""
    for risk in risks:
        field: Any = form.fields.get(control_of(risk.warning))
        parts = risk.warning.path.split(".")
        in_another = not parts[-1].isdecimal() and len(parts[-1]) == 2 and parts[-1] != language
        if field is not None and not in_another:
            warning = {
                "message": risk.warning.message,
                "around": risk.warning.around,
                "url": f"{page}#{risk.anchor}",
            }
            field.warnings = [*getattr(field, "warnings", []), warning]
