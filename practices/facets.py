"""What the filter column of the catalogue shows: exact counts, each as if its own filter were not set."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from pyroaring import BitMap

from practices.choices import Depth, EvidenceLevel, Firewall, OperationStatus
from practices.search.analyse import sort_key
from practices.search.countries import country_name
from practices.search.facet_index import Snapshot

# In the order in which they are shown.
LABELS = {
    "area": _("Service area"),
    "group": _("For whom"),
    "approach": _("Approach"),
    "country": _("Country"),
    "city": _("City"),
    "language": _("Available in"),
    "status": _("Status of the practice"),
    "firewall": _("Data firewall"),
    "evidence": _("Evidence level"),
    "depth": _("Depth"),
    "typology": _("Type of locality"),
}
CODED = {"status": OperationStatus, "firewall": Firewall, "evidence": EvidenceLevel, "depth": Depth}
LANGUAGE_NAMES = dict(settings.LANGUAGES)


class Words(NamedTuple):
    """How an option is called, and what that is sorted by."""

    label: str
    sorted_by: str


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet. `count`: practices that the reader would get with it; `share`: of the largest, 0 to 100."""

    value: str
    label: str
    count: int
    selected: bool
    share: int


@dataclass(frozen=True)
class Facet:
    """A filter with its values; `name` is the parameter in the address."""

    name: str
    label: str | Promise
    options: list[Option] = field(default_factory=list)

    @property
    def selected_count(self) -> int:
        return sum(option.selected for option in self.options)


def known_values(snapshot: Snapshot) -> dict[str, Collection[str]]:
    """Facet to the values that may be asked for, whether or not a practice has them."""
    return {
        name: CODED[name].values
        if name in CODED
        else settings.LANGUAGE_CODES
        if name == "language"
        else snapshot.terms[name].keys()
        for name in LABELS
    }


def label_of(name: str, value: str, *, snapshot: Snapshot, language: str) -> str | Promise:
    """A facet's value in words."""
    if name in CODED:
        return CODED[name](value).label
    if name == "language":
        return LANGUAGE_NAMES[value]
    if name == "country":
        return country_name(value, language)
    return snapshot.terms[name][value].label(language, value)


def count(
    snapshot: Snapshot,
    base: BitMap,
    filters: Mapping[str, BitMap],
    selection: Mapping[str, list[str]],
    *,
    trusted: bool,
    language: str,
) -> list[Facet]:
    """The facets of what `filters` leave of `base`; each facet counts with the other filters, not its own."""
    return [
        Facet(name, label, _options(name, snapshot, _others(base, filters, name), selection[name], trusted, language))
        for name, label in LABELS.items()
    ]


def _others(base: BitMap, filters: Mapping[str, BitMap], name: str) -> BitMap:
    return base.intersection(*(practices for other, practices in filters.items() if other != name))


def _options(
    name: str, snapshot: Snapshot, base: BitMap, selected: list[str], trusted: bool, language: str
) -> list[Option]:
    counts = {
        value: base.intersection_cardinality(practices)
        for value, practices in snapshot.values(name, trusted=trusted).items()
    }
    shown = {value: number for value, number in counts.items() if number}
    shown |= {value: counts.get(value, 0) for value in selected}
    largest = max(shown.values(), default=0) or 1
    words = _words(name, shown, snapshot=snapshot, language=language)
    order = sorted((-number, words[value].sorted_by, value) for value, number in shown.items())
    return [
        Option(
            value=value,
            label=words[value].label,
            count=-negative,
            selected=value in selected,
            share=-(100 * negative // largest),
        )
        for negative, _sorted_by, value in order
    ]


def _words(name: str, values: Iterable[str], *, snapshot: Snapshot, language: str) -> dict[str, Words]:
    """The labels of at least these values of a facet, made once per state of the registry."""
    words = snapshot.memo.setdefault(("labels", name, language), {})
    new = [value for value in values if value not in words]
    if new:
        with override(language):
            labels = {value: str(label_of(name, value, snapshot=snapshot, language=language)) for value in new}
        words |= {value: Words(label, sort_key(label)) for value, label in labels.items()}
    return words
