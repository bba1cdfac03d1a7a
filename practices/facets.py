"""What the filter column of the catalogue shows: exact counts, each as if its own filter were not set."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
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
# What may be asked for where no row says it.
FIXED = {name: choices.values for name, choices in CODED.items()} | {"language": settings.LANGUAGE_CODES}


class Words(NamedTuple):
    """How a value is called, and what that is sorted by: they stand in order."""

    sorted_by: str
    value: str
    label: str


# Not frozen, which takes four times as long to make: an answer has more than a hundred.
@dataclass(slots=True)
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
    return {name: FIXED.get(name) or snapshot.terms[name].keys() for name in LABELS}


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
    left = base.intersection(*filters.values())
    bases = {name: _others(base, filters, name) if name in filters else left for name in LABELS}
    return [
        Facet(name, label, _options(name, snapshot, bases[name], selection[name], trusted, language))
        for name, label in LABELS.items()
    ]


def _others(base: BitMap, filters: Mapping[str, BitMap], name: str) -> BitMap:
    return base.intersection(*(practices for other, practices in filters.items() if other != name))


def _options(
    name: str, snapshot: Snapshot, base: BitMap, selected: list[str], trusted: bool, language: str
) -> list[Option]:
    having, nobody = snapshot.values(name, trusted=trusted), BitMap()
    counted = [
        (base.intersection_cardinality(having.get(value, nobody)), value, label)
        for _sorted_by, value, label in _in_order(name, selected, snapshot=snapshot, language=language)
    ]
    shown = [entry for entry in counted if entry[0] or entry[1] in selected]
    # Those of one count stay as they stand.
    shown.sort(key=itemgetter(0), reverse=True)
    largest = (shown and shown[0][0]) or 1
    return [Option(value, label, count, value in selected, -(-100 * count // largest)) for count, value, label in shown]


def _in_order(name: str, selected: Iterable[str], *, snapshot: Snapshot, language: str) -> list[Words]:
    """The values that any practice has, or that are selected."""
    key = ("words", name, language)
    if key not in snapshot.memo:
        values = [value for value, practices in snapshot.bitmaps.get(name, {}).items() if practices]
        snapshot.memo[key] = _words(name, values, snapshot=snapshot, language=language)
    words: list[Words] = snapshot.memo[key]
    more = set(selected).difference(value for _sorted_by, value, _label in words) if selected else ()
    return sorted([*words, *_words(name, more, snapshot=snapshot, language=language)]) if more else words


def _words(name: str, values: Iterable[str], *, snapshot: Snapshot, language: str) -> list[Words]:
    with override(language):
        labels = {value: str(label_of(name, value, snapshot=snapshot, language=language)) for value in values}
    return sorted(Words(sort_key(label), value, label) for value, label in labels.items())
