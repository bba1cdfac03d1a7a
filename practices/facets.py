"""What the filter column of the catalogue shows."""

from dataclasses import dataclass, field

from django.utils.functional import Promise


@dataclass(frozen=True)
class Option:
    """One value of a facet. `count`: practices that the reader would get with it; `share`: of the largest, 0 to 100."""

    value: str
    label: str | Promise
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
