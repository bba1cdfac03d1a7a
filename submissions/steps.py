"""The pages of the form: the sections, and the short form, which asks a few of their fields on one page."""

from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practices.content import FIELDS_BY_NAME, TRANSLATABLE, Field, Section


class Step(Protocol):
    """One page of the form. `value` stands in its address and in `Submission.visited`."""

    @property
    def value(self) -> str: ...

    @property
    def label(self) -> str | Promise: ...

    @property
    def fields(self) -> tuple[Field, ...]: ...


@dataclass(frozen=True)
class Page:
    """A page of fields that stand in several sections."""

    value: str
    label: str | Promise
    fields: tuple[Field, ...]


# What is enough to send: what, where, who for, one paragraph, whom to ask.
SHORT = Page(
    "short",
    _("The short form"),
    tuple(
        FIELDS_BY_NAME[name] for name in ("title", "lead_city", "service_areas", "target_groups", "summary", "contact")
    ),
)
# The only page of a proposed translation: its texts in one language, beside the original.
TRANSLATION = Page("translation", _("The translation"), TRANSLATABLE)
STEPS: dict[str, Step] = {step.value: step for step in (SHORT, TRANSLATION, *Section)}
